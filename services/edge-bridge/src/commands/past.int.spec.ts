import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { until } from '@dabba/testing';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { TestBridge } from '../testing/test-bridge.ts';
import type { Past } from './past.ts';

let t: TestBridge;
beforeEach(async () => {
  t = await new TestBridge().open();
});
afterEach(() => t.close());

const command = { kind: 'LOCK', reason: 'why', issuedAt: 0 } as const;
const forever = { sessionId: null, door: null, nonce: null, expiresAt: null };
const issued = (commandId: string) =>
  t.decided({ type: 'FridgeCommandIssued', data: { fridgeId: 'f1', commandId, ...command, ...forever } });
const confirmed = (commandId: string) =>
  t.decided({ type: 'FridgeCommandConfirmed', data: { fridgeId: 'f1', commandId, confirmedAt: 1 } });
const allowed = (version: number) =>
  t.decided({
    type: 'OfflinePolicyIssued',
    data: {
      ...{ fridgeId: 'f1', version, denyVersion: 0, policy: `jws-${version}` },
      perCustomer: { amount: 3_000, meals: 3 },
      perFridgeHour: { amount: 20_000, meals: 20 },
      ...{ issuedAt: 0, validUntil: Date.now() + 3_600_000 },
    },
  });

const file = () => join(t.directory, 'fridges.json');
const kept = (): Past => JSON.parse(readFileSync(file(), 'utf8'));

/** Ids of commands and versions of policies, as they are sent to a fridge that comes. */
async function told(): Promise<Set<string>> {
  const client = await t.connect('f1');
  const heard = new Set<string>();
  client.on('message', (_topic, payload) => {
    const { command_id, version } = JSON.parse(payload.toString());
    heard.add(command_id ?? `policy ${version}`);
  });
  await client.subscribeAsync(['dabba/sfo/fridges/f1/commands', 'dabba/sfo/fridges/f1/policy'], { qos: 1 });
  return heard;
}
const hears = (heard: Set<string>, what: readonly string[]) =>
  until(`${what} came`, () => what.every((each) => heard.has(each)));

/** Two commands, one of them done, and a policy; read by a bridge that is stopped then. */
async function before(): Promise<void> {
  await issued('open');
  await issued('done');
  await confirmed('done');
  await allowed(1);
  await hears(await told(), ['open', 'policy 1']);
  await t.stop();
}

test('B4 a bridge goes on from what its folder remembers, and reads nothing before that again', async () => {
  await before();
  expect(kept()).toMatchObject({
    commands: [{ commandId: 'open' }],
    policies: [{ fridgeId: 'f1', version: 1 }],
  });
  // What only the file says shows where it comes from.
  const { commands, ...past } = kept();
  writeFileSync(
    file(),
    JSON.stringify({ ...past, commands: commands.map((each) => ({ ...each, commandId: 'from-the-file' })) }),
  );
  await issued('since');
  await t.start();
  const heard = await told();
  await hears(heard, ['from-the-file', 'since', 'policy 1']);
  expect(heard.has('open')).toBe(false);
  await confirmed('from-the-file');
  await confirmed('since');
  await issued('last');
  await hears(heard, ['last']);
  await t.stop();
  expect(kept().commands).toMatchObject([{ commandId: 'last' }]);
});

test.each([
  ['is torn', () => writeFileSync(file(), '{"places":[[0')],
  ['is of another log', () => change(({ next }) => ({ next, id: 'of-another' }))],
  ['knows more than the log has', () => change(({ next, id }) => ({ next: next + 1_000, id }))],
])('B4 all is read again where the file %s', async (_what, spoil) => {
  await before();
  spoil();
  await t.start();
  const heard = await told();
  await hears(heard, ['open', 'policy 1']);
  expect(heard.has('done')).toBe(false);
});

function change(to: (place: Past['places'][number][1]) => Past['places'][number][1]): void {
  const past = kept();
  const wrong = { places: past.places.map(([partition, place]) => [partition, to(place)]) };
  writeFileSync(file(), JSON.stringify({ ...past, ...wrong, commands: [], policies: [] }));
}
