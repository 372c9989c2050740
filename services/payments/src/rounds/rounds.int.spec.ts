import { isRefusal } from '@dabba/event-store';
import { type Connected, connect, type StoreDeps } from '@dabba/service-kit';
import { uniquePrefix } from '@dabba/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Parts } from '../parts.ts';
import { act, streamsOf } from '../payment/act.ts';
import { deskOf } from '../payment/desk.ts';
import { intent, wish } from '../payment/samples.ts';
import { type Intent, type Provider, ProviderAway } from '../provider/port.ts';
import { ClientSecrets } from '../provider/secrets.ts';
import { lookAtProvider, lookForStrays } from '../reconcile/look.ts';
import { reconciler } from '../reconcile/reconcile.ts';
import { ago, before, order, payment, write } from '../reconcile/spec/books.ts';
import { service } from '../service.ts';
import { askedAt } from '../webhooks/asked.ts';
import { sweepHolds } from './sweep-holds.ts';

const hour = 3_600_000;
const settle = 60_000;
let books: Connected<StoreDeps>;
/** What time it is. */
let clock = 0;
let deps: StoreDeps;
beforeAll(async () => {
  const env = { ...process.env, LOG_LEVEL: 'fatal' };
  books = await connect(service, { kafkaPrefix: uniquePrefix('payments_rounds'), env });
  deps = { ...books.deps, now: () => clock };
});
afterAll(() => books?.close());
beforeEach(async () => {
  clock = before.getTime();
  await books.deps.db.raw('truncate provider_polls');
});

const never = () => Promise.reject(new Error('Nobody asks for that'));
/** @param shown what it has @param failing by which error it cannot show one */
function provider(shown: readonly Intent[] = [], failing: Record<string, Error> = {}, name = 'stripe') {
  const asked: string[] = [];
  const spans: [number, number][] = [];
  const played: Provider = {
    keyLifetime: hour,
    ...{ name, create: never, amend: never, confirm: never, capture: never, cancel: never, refund: never },
    ...{ find: never, saveMethod: never, notices: never },
    readNotice() {
      throw new Error('Nobody tells of anything');
    },
    async retrieve(id) {
      asked.push(id);
      if (failing[id]) throw failing[id];
      return shown.find((each) => each.id === id) ?? intent({ id, status: 'canceled' });
    },
    async *made(from, to) {
      spans.push([from, to]);
      yield* shown;
    },
  };
  return { played, asked, spans };
}
function partsOf(...[first, ...others]: [Provider, ...Provider[]]): Parts {
  const times = { hold: 2500, holdPatience: hour, poll: hour, sweep: hour, reconcile: hour, settle };
  const desk = deskOf(deps);
  return { desk, providers: [first, ...others], secrets: new ClientSecrets(), settings: times };
}

/** A hold that stands, of which `wanted` is to be taken. */
async function hold(paymentId: string, captureBefore: number, wanted?: number): Promise<void> {
  const place = { paymentId, metro: 'sfo', customerId: null };
  const at = { paymentId, now: clock };
  const asked = wish({
    orderId: null,
    sessionId: paymentId,
    customerId: null,
    subsidy: 0,
    captures: 'MANUAL',
  });
  const held = intent({
    id: `pi_${paymentId}`,
    paymentId,
    status: 'requires_capture',
    capturable: 1542,
    captureBefore,
  });
  const done = await deps.store.transact(
    streamsOf(place),
    (unit) => {
      act(unit, place, { do: 'request', wish: asked, ...at });
      act(unit, place, { do: 'observe', intent: held, ...at });
      if (wanted !== undefined) act(unit, place, { do: 'capture', amount: wanted, ...at });
    },
    { actor: 'test', now: clock },
  );
  expect(isRefusal(done)).toBe(false);
}
const listed = (payment_id: string, capture_before: number) =>
  payment({ payment_id, status: 'AUTHORISED', capture_before: new Date(capture_before) });
const story = async (stream: string) => (await deps.store.history(stream)).map(({ type }) => type);
const closing = async (paymentId: string) => {
  const { rows } = await deps.pool.query('select from graphile_worker._private_jobs where key like $1', [
    `close-intent:${paymentId}:%`,
  ]);
  return rows.length;
};

describe('the sweeper of holds', () => {
  it('S0-INV-05 lets go what lapses within six hours, and touches nothing that is to be taken, or lapses later', async () => {
    const [soon, late] = [clock + 6 * hour - 1, clock + 6 * hour];
    await hold('pay_soon', soon);
    await hold('pay_late', late);
    await hold('pay_wanted', soon, 850);
    await write(deps.db, [listed('pay_soon', soon), listed('pay_late', late), listed('pay_wanted', soon)]);
    const { played } = provider();
    await sweepHolds(deps, partsOf(played));
    const [last] = (await deps.store.history('pay_soon')).slice(-1);
    expect(last).toMatchObject({ type: 'PaymentCancelRequested', data: { reason: 'EXPIRED' } });
    expect(await closing('pay_soon')).toBe(1);
    expect((await story('pay_late')).at(-1)).toBe('PaymentAuthorised');
    expect((await story('pay_wanted')).at(-1)).toBe('PaymentCaptureRequested');
  });
  it('T1 asks again for what was asked for and did not happen', async () => {
    const soon = clock + hour;
    await hold('pay_again', soon);
    await write(deps.db, [listed('pay_again', soon)]);
    const { played } = provider();
    await sweepHolds(deps, partsOf(played));
    await deps.pool.query(
      `delete from graphile_worker._private_jobs where key like 'close-intent:pay_again:%'`,
    );
    await sweepHolds(deps, partsOf(played));
    expect(await closing('pay_again')).toBe(1);
    expect((await story('pay_again')).filter((type) => type === 'PaymentCancelRequested')).toHaveLength(1);
  });
});

describe('a look at the provider', () => {
  const rows = () =>
    deps.db('provider_seen').orderBy('payment_id').select('payment_id', 'captured', 'refunded', 'disputed');
  const part = (amount: number, status: 'SUCCEEDED' | 'PENDING' | 'FAILED') => ({
    ...{ id: `re_${amount}`, refundId: undefined, amount, status, code: null },
  });
  const quarrel = (amount: number, status: 'OPEN' | 'WON' | 'LOST') => ({
    ...{ id: `du_${amount}`, amount, reason: 'fraudulent', evidenceBy: null, status },
  });

  it('T2 keeps what was taken, less what went back or is to, and what banks took', async () => {
    const refunds = [part(100, 'SUCCEEDED'), part(20, 'PENDING'), part(3, 'FAILED')];
    const disputes = [quarrel(400, 'OPEN'), quarrel(50, 'LOST'), quarrel(6, 'WON')];
    const { played } = provider([
      intent({ id: 'pi', status: 'succeeded', received: 1000, refunds, disputes }),
    ]);
    await write(deps.db, [payment()]);
    await lookAtProvider(deps, partsOf(played), before);
    expect(await rows()).toEqual([{ payment_id: 'p', captured: '1000', refunded: '120', disputed: '450' }]);
  });
  it('T2 writes down what nobody told us of, and what it says later instead of what it said', async () => {
    await hold('pay_heard', clock + 24 * hour, 850);
    const says = (received: number) =>
      provider([intent({ id: 'pi_pay_heard', paymentId: 'pay_heard', status: 'succeeded', received })])
        .played;
    const row = { payment_id: 'pay_heard', intent_id: 'pi_pay_heard' };
    await write(deps.db, [payment(row)]);
    await lookAtProvider(deps, partsOf(says(850)), before);
    expect((await story('pay_heard')).at(-1)).toBe('PaymentSucceeded');
    await deps.db('payment_list').update({ changed_at: new Date(clock + hour) });
    await lookAtProvider(deps, partsOf(says(849)), new Date(clock + 2 * hour));
    expect(await rows()).toMatchObject([{ payment_id: 'pay_heard', captured: '849' }]);
  });
  it('T2 one that cannot be shown hides no other, nor does one of a provider nobody speaks to any more', async () => {
    const broken = new Error('It is not a payment');
    const { played } = provider([], { pi_1: broken });
    await write(deps.db, [
      payment({ payment_id: 'p1', intent_id: 'pi_1', changed_at: ago(9) }),
      payment({ payment_id: 'p2', intent_id: 'pi_2', changed_at: ago(8), provider: 'gone' }),
      payment({ payment_id: 'p3', intent_id: 'pi_3', changed_at: ago(7) }),
    ]);
    await expect(lookAtProvider(deps, partsOf(played), before)).rejects.toThrow(
      /^Error: It is not a payment$/,
    );
    expect(await rows()).toMatchObject([{ payment_id: 'p3' }]);
  });
  it('T1 of one that is away nothing more is asked', async () => {
    const { played, asked } = provider([], { pi_1: new ProviderAway('Not there') });
    await write(deps.db, [
      payment({ payment_id: 'p1', intent_id: 'pi_1', changed_at: ago(9) }),
      payment({ payment_id: 'p2', intent_id: 'pi_2', changed_at: ago(8) }),
    ]);
    await expect(lookAtProvider(deps, partsOf(played), before)).rejects.toThrow('Not there');
    expect(asked).toEqual(['pi_1']);
  });
});

describe('a look for strays', () => {
  const strays = () =>
    deps.db('provider_strays').orderBy('intent_id').select('intent_id', 'payment_id', 'net');
  const paid = (id: string, received = 700, paymentId: string | undefined = 'pay_x') =>
    intent({ id, paymentId, status: 'succeeded', received });

  it('S0-INV-05 finds money under our ids that no payment goes by, and only such', async () => {
    const theirs = { ...paid('pi_theirs'), paymentId: undefined };
    const { played, spans } = provider([paid('pi'), paid('pi_stray'), paid('pi_empty', 0), theirs]);
    await write(deps.db, [payment()]);
    await lookForStrays(deps, partsOf(played), before);
    expect(await strays()).toEqual([{ intent_id: 'pi_stray', payment_id: 'pay_x', net: '700' }]);
    await lookForStrays(deps, partsOf(played), new Date(clock + hour));
    // First a day back, then from where it was.
    expect(spans).toEqual([
      [clock - 24 * hour, clock],
      [clock, clock + hour],
    ]);
    expect(await askedAt(deps.pool, 'stripe intents')).toBe(clock + hour);
  });
  it('S0-INV-05 looks again at those it knows, until nothing is left of them', async () => {
    await write(deps.db, []);
    const { played } = provider([paid('pi_stray')]);
    await lookForStrays(deps, partsOf(played), before);
    const back = { id: 're', refundId: undefined, amount: 700, status: 'SUCCEEDED', code: null } as const;
    const later = provider([]);
    const given = { ...paid('pi_stray'), refunds: [back] };
    const found: Provider = { ...later.played, retrieve: async () => given };
    await lookForStrays(deps, partsOf(found), before);
    expect(await strays()).toMatchObject([{ net: '0' }]);
    await lookForStrays(deps, partsOf(later.played), before);
    expect(later.asked).toEqual([]);
  });
  it('T2 takes none for a stray that is its payment’s own', async () => {
    await hold('pay_own', clock + 24 * hour);
    await write(deps.db, []);
    const { played } = provider([paid('pi_pay_own', 700, 'pay_own')]);
    await lookForStrays(deps, partsOf(played), before);
    expect(await strays()).toEqual([]);
  });
});

describe('rounds of reconciliation', () => {
  const ends = async () => {
    const { rows } = await deps.pool.query("select id from dabba.streams where type = 'difference'");
    return rows.length;
  };
  const odd = [payment({ intent_id: null }), order({ paid: 1 })];

  it('S0-INV-05 tell what lasts, once, and nothing of a book that was only late', async () => {
    const { played, spans } = provider();
    const round = reconciler(deps, partsOf(played));
    await write(deps.db, odd);
    await round();
    expect(spans).toHaveLength(1);
    clock += settle - 1;
    await round();
    expect(await ends()).toBe(0);
    await write(deps.db, [payment({ intent_id: null }), order()]);
    clock += 1;
    await round();
    await write(deps.db, odd);
    clock += 1;
    await round();
    expect(await ends()).toBe(0);
    clock += settle;
    await round();
    expect(await ends()).toBe(1);
    clock += settle;
    await round();
    expect(await ends()).toBe(1);
  });
  it('S0-INV-05 compare what is known though the provider cannot be looked at, and say so', async () => {
    const away: Provider = {
      ...provider().played,
      retrieve: () => Promise.reject(new ProviderAway('Not there')),
    };
    const round = reconciler(deps, partsOf(away));
    const lasting = [payment({ currency: 'EUR' }), order({ currency: 'EUR', paid: 2 })];
    await write(deps.db, lasting);
    const had = await ends();
    await expect(round()).rejects.toThrow('Not there');
    clock += settle;
    await expect(round()).rejects.toThrow('Not there');
    expect(await ends()).toBe(had + 1);
  });
  it('compare nothing that has had no time to settle', async () => {
    const round = reconciler(deps, partsOf(provider().played));
    await write(deps.db, [
      payment({ intent_id: null }),
      order({ paid: 3, changed_at: new Date(clock - 10) }),
    ]);
    const had = await ends();
    await round();
    clock += settle;
    await round();
    expect(await ends()).toBe(had);
  });
});
