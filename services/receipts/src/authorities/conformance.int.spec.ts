import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { newId } from '@dabba/contracts';
import { RetryAfter } from '@dabba/tasks';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { startLogistics } from '../../../../e2e/simulators/logistics/logistics.ts';
import type { RunningOffice } from '../../../../e2e/simulators/office/server.ts';
import { startTaxOffice } from '../../../../e2e/simulators/tax-office/tax-office.ts';
import { authoritiesFrom } from './index.ts';
import type { Authority, Registrable } from './port.ts';

const offices = [
  { name: 'tax-office', prefix: 'TAX_OFFICE', start: startTaxOffice },
  { name: 'logistics', prefix: 'LOGISTICS', start: startLogistics },
] as const;

test('every adapter is here', () => {
  const env = Object.fromEntries(offices.map(({ prefix }) => [`${prefix}_URL`, 'http://127.0.0.1:9']));
  expect(authoritiesFrom(env).map(({ name }) => name)).toEqual(offices.map(({ name }) => name));
  expect(authoritiesFrom({})).toEqual([]);
});

describe.each(offices)('$name', ({ name, prefix, start }) => {
  let folder: string;
  let office: RunningOffice;
  let authority: Authority;
  const never = new AbortController().signal;

  const adapter = (more: Record<string, string> = {}): Authority => {
    const env = { [`${prefix}_URL`]: office.url, [`${prefix}_TIMEOUT`]: '1000', ...more };
    const [found] = authoritiesFrom(env);
    if (!found) throw new Error('No adapter');
    return found;
  };

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'office-'));
    office = await start({ ledger: join(folder, 'ledger.jsonl') });
    authority = adapter();
  });
  beforeEach(() => office.behave({}));
  afterAll(async () => {
    await office.close();
    await rm(folder, { recursive: true });
  });

  const held = (id: string) => office.office.ledger.entriesOf(id).map(({ reference }) => reference);

  test('registers a whole batch, each under a reference of its own, and finds them again', async () => {
    const receipts = some(authority.batch);
    const results = await authority.register(receipts, never);
    for (const id of idsOf(receipts)) {
      const [externalRef] = held(id);
      expect(results.get(id)).toMatchObject({ outcome: 'REGISTERED', externalRef });
      expect(results.get(id), 'word for word').toMatchObject({ said: expect.stringContaining(id) });
    }
    const ids = idsOf(receipts).slice(1);
    const found = await authority.lookUp([...ids, newId()], never);
    expect(found).toEqual(
      new Map(ids.map((id) => [id, { ...results.get(id), said: expect.stringContaining(id) }])),
    );
    expect(authority.name).toBe(name);
  });

  test('a refusal is for good and says why', async () => {
    office.behave({ refuse: [{ member: 'number', begins: 'BAD', reason: 'a < b & "c"' }] });
    const [good, bad] = [oneWith('1'), oneWith('BAD-2')];
    const results = await authority.register([good, bad], never);
    expect(results.get(bad.receiptId)).toMatchObject({ outcome: 'REFUSED', reason: 'a < b & "c"' });
    expect(results.get(good.receiptId)?.outcome).toBe('REGISTERED');
    expect((await authority.lookUp([bad.receiptId], never)).size).toBe(0);
  });

  test('odd text arrives as it is', async () => {
    const odd = `<&"'>]]>\t\\u0000 щи é 🍛`;
    office.behave({ refuse: [{ member: 'number', begins: odd, reason: odd }] });
    const receipt = oneWith(odd);
    const results = await authority.register([receipt], never);
    expect(results.get(receipt.receiptId)).toMatchObject({
      outcome: 'REFUSED',
      reason: odd.replace('\t', ' '),
    });
  });

  test('sent away, it says for how long', async () => {
    office.behave({ limit: { perSecond: 0.01, burst: 1, retryAfter: 7 } });
    await authority.register(some(1), never);
    const sentAway = await authority.register(some(1), never).catch((error: unknown) => error);
    expect(sentAway).toBeInstanceOf(RetryAfter);
    expect(sentAway).toMatchObject({ seconds: 7 });
    await expect(authority.lookUp(['a'], never)).rejects.toBeInstanceOf(RetryAfter);
  });

  test.each(['garbage', 'lost', 'mute'])('%s: nobody knows, until it is looked up', async (accident) => {
    office.behave({ [accident]: 1 });
    const receipts = some(3);
    await expect(authority.register(receipts, never)).rejects.toThrow();
    await expect(authority.lookUp(idsOf(receipts), never)).rejects.toThrow();
    office.behave({});
    const found = await authority.lookUp(idsOf(receipts), never);
    expect(found.size).toBe(3);
  });

  test.each(['down', 'broken'])(
    '%s: nothing is registered, and the caller learns nothing',
    async (accident) => {
      office.behave({ [accident]: 1 });
      const receipts = some(2);
      await expect(authority.register(receipts, never)).rejects.toThrow();
      office.behave({});
      expect((await authority.lookUp(idsOf(receipts), never)).size).toBe(0);
    },
  );

  test('a partial answer leaves the others open; a partial look-up is none', async () => {
    office.behave({ partial: 1, seed: 5 });
    const receipts = some(12);
    const results = await authority.register(receipts, never);
    expect(results.size).toBeLessThan(12);
    for (const [id, result] of results)
      expect(result).toMatchObject({ outcome: 'REGISTERED', externalRef: held(id)[0] });
    await expect(authority.lookUp(idsOf(receipts), never)).rejects.toThrow('left out');
  });

  test('a wrong password refuses nobody', async () => {
    const stranger = adapter({ [`${prefix}_SECRET`]: 'guess' });
    await expect(stranger.register(some(1), never)).rejects.toThrow('401');
    await expect(stranger.lookUp(['a'], never)).rejects.toThrow('401');
  });

  test('a caller who gives up is let go', async () => {
    office.behave({ slow: { share: 1, from: 10_000, to: 10_000 } });
    const patient = adapter({ [`${prefix}_TIMEOUT`]: '60000' });
    await expect(patient.register(some(1), AbortSignal.timeout(50))).rejects.toThrow();
  });

  test('sent again, a receipt is registered again: nobody but us can tell', async () => {
    const [receipt] = some(1);
    if (!receipt) throw new Error('none');
    await authority.register([receipt], never);
    await authority.register([receipt], never);
    expect(held(receipt.receiptId)).toHaveLength(2);
    const ledger = await (await fetch(`${office.url}/_ledger`)).json();
    expect(ledger).toMatchObject({ receipts: { [receipt.receiptId]: held(receipt.receiptId) } });
  });

  test('the ledger outlives the office', async () => {
    const receipts = some(3);
    await authority.register(receipts, never);
    await office.close();
    office = await start({ ledger: join(folder, 'ledger.jsonl') });
    authority = adapter();
    expect((await authority.lookUp(idsOf(receipts), never)).size).toBe(3);
  });

  test('it can be told to misbehave over HTTP, within reason', async () => {
    const put = (body: object) =>
      fetch(`${office.url}/_behaviour`, {
        method: 'PUT',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
    expect((await put({ down: 2 })).status).toBe(400);
    expect((await put({ down: 1 })).status).toBe(200);
    await expect(authority.register(some(1), never)).rejects.toThrow();
  });
});

function some(count: number): Registrable[] {
  return Array.from({ length: count }, (_, n) => oneWith(String(n)));
}

function oneWith(number: string): Registrable {
  const raw = Buffer.from(JSON.stringify({ number }));
  const hash = createHash('sha256').update(raw).digest('hex');
  const canonical = { number, issuedAt: 1, seller: '12', total: 500, currency: 'UAH' };
  return { receiptId: newId(), clientId: 'c1', type: 't', format: 'JSON', hash, raw, canonical };
}

function idsOf(receipts: readonly Registrable[]): string[] {
  return receipts.map(({ receiptId }) => receiptId);
}
