import { type Connected, connect, type StoreDeps } from '@dabba/service-kit';
import { uniquePrefix } from '@dabba/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Notice } from '../provider/port.ts';
import { aboutOf } from '../provider/stripe-object.ts';
import { service } from '../service.ts';
import { askedAt, askedUpTo } from './asked.ts';
import { forgetNotices } from './forget.ts';
import { takeNotices } from './inbox.ts';
import { pollNotices } from './poll.ts';

const now = Date.UTC(2026, 10, 21, 12);
const minute = 60_000;
let deps: StoreDeps;
let opened: Connected<StoreDeps>;
beforeAll(async () => {
  const env = { ...process.env, LOG_LEVEL: 'fatal' };
  opened = await connect(service, { kafkaPrefix: uniquePrefix('payments_inbox'), env });
  deps = { ...opened.deps, now: () => now };
});
afterAll(() => opened?.close());
beforeEach(async () => {
  await deps.pool.query('truncate provider_notices, provider_polls');
  await deps.pool.query('delete from graphile_worker._private_jobs');
});

const notice = (
  id: string,
  type = 'payment_intent.succeeded',
  intentId: string | undefined = 'pi_1',
): Notice => ({
  ...{ id, type, about: aboutOf(type), intentId, createdAt: now },
});
const take = (...notices: Notice[]) => takeNotices(deps.pool, 'stripe', notices, 'webhook');
const followed = async () => {
  const { rows } = await deps.pool.query<{ key: string }>(
    'select key from graphile_worker._private_jobs order by key',
  );
  return rows.map(({ key }) => key);
};

describe('S2-PAY-02 what a provider tells of', () => {
  it('is kept once and followed once, whichever way it comes and however often', async () => {
    expect(await take(notice('evt_1'))).toBe(1);
    expect(await followed()).toEqual(['follow-notice:stripe:pi_1:intent']);
    await deps.pool.query('delete from graphile_worker._private_jobs');
    expect(await take(notice('evt_1'))).toBe(0);
    expect(await takeNotices(deps.pool, 'stripe', [notice('evt_1')], 'poll')).toBe(0);
    expect(await followed()).toEqual([]);
    expect(await takeNotices(deps.pool, 'spare', [notice('evt_1')], 'poll')).toBe(1);
    expect(await followed()).toEqual(['follow-notice:spare:pi_1:intent']);
    const { rows } = await deps.pool.query('select provider, by from provider_notices order by provider');
    expect(rows).toEqual([
      { provider: 'spare', by: 'poll' },
      { provider: 'stripe', by: 'webhook' },
    ]);
  });
  it('is followed as far as it matters: an intent, the whole of it where money came or went, or not at all', async () => {
    await take(
      notice('evt_1', 'payment_intent.created', 'pi_new'),
      notice('evt_2', 'charge.succeeded', 'pi_paid'),
      notice('evt_3', 'customer.created', 'pi_other'),
      { ...notice('evt_4'), intentId: undefined },
      ...['payment_intent.succeeded', 'charge.refunded', 'payment_intent.canceled'].map((type, n) =>
        notice(`evt_back_${n}`, type, 'pi_back'),
      ),
      notice('evt_6', 'charge.dispute.created', 'pi_quarrel'),
      notice('evt_7', 'refund.failed', 'pi_failed'),
      notice('evt_8', 'payment_intent.requires_action', 'pi_asks'),
    );
    expect(await followed()).toEqual([
      'follow-notice:stripe:pi_asks:intent',
      'follow-notice:stripe:pi_back:whole',
      'follow-notice:stripe:pi_failed:whole',
      'follow-notice:stripe:pi_quarrel:whole',
    ]);
    expect((await deps.pool.query('select from provider_notices')).rowCount).toBe(7);
  });
  it('that a payer agreed is followed by itself, beside whatever else there is', async () => {
    const approval: Notice = { ...notice('evt_1', 'CHECKOUT.ORDER.APPROVED'), about: 'approval' };
    await take(approval, notice('evt_2', 'charge.refunded'), notice('evt_3'));
    expect(await followed()).toEqual([
      'follow-notice:stripe:pi_1:approval',
      'follow-notice:stripe:pi_1:whole',
    ]);
  });
});

it('S2-PAY-02 what a provider told of is known for thirty days', async () => {
  await take(notice('evt_1'), notice('evt_old'));
  const received = (
    await deps.pool.query('select min(received_at) as at from provider_notices')
  ).rows[0].at.getTime();
  await deps.pool.query(
    "update provider_notices set received_at = received_at - interval '1 hour' where event_id = 'evt_old'",
  );
  const day = 24 * 60 * minute;
  expect(await forgetNotices({ ...deps, now: () => received + 30 * day - 60 * minute })).toBe(0);
  expect(await forgetNotices({ ...deps, now: () => received + 30 * day - minute })).toBe(1);
  expect(await take(notice('evt_1'), notice('evt_old'))).toBe(1);
});

describe('S2-PAY-02 the backstop', () => {
  const asking = (notices: readonly Notice[], asked: number[]) => ({
    providers: [
      {
        name: 'stripe',
        async notices(since: number) {
          asked.push(since);
          return [...notices];
        },
      },
    ],
  });

  it('asks for the last day first, then from where it was less two minutes, and never goes back', async () => {
    const asked: number[] = [];
    const poll = (at: number) => pollNotices({ ...deps, now: () => at }, asking([notice('evt_1')], asked));
    expect(await poll(now)).toBe(1);
    expect(await poll(now + minute)).toBe(0);
    expect(asked).toEqual([now - 24 * 60 * minute - 2 * minute, now - 2 * minute]);
    await askedUpTo(deps.pool, 'stripe', now);
    expect(await askedAt(deps.pool, 'stripe')).toBe(now + minute);
    expect(await askedAt(deps.pool, 'spare')).toBeUndefined();
  });
});
