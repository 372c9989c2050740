import { isRefusal } from '@dabba/event-store';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Intent, SeenRefund } from '../provider/port.ts';
import { decidePayment, type PaymentCommand } from './decide.ts';
import { type Paying, type Payment, type PaymentEvent, paymentStream } from './payment.ts';
import { intent, noon, paymentId, wish } from './samples.ts';

type Deed =
  | { do: 'cancel' }
  | { do: 'time-out' }
  | { do: 'capture'; amount: number }
  | { do: 'refund'; amount: number; n: number }
  /** The provider's object of this many steps ago, or of now. */
  | { do: 'tell'; ago: number }
  /** What somebody else does at the provider. */
  | { do: 'move'; to: Intent['status']; amount: number }
  | { do: 'end-refund'; n: number; well: boolean }
  | { do: 'amend'; amount: number }
  /** The provider is asked for the sum that is wished, and its answer gets lost or not. */
  | { do: 'ask-for-it'; lost: boolean };

const amount = fc.integer({ min: 0, max: 2500 });
const deeds: fc.Arbitrary<Deed[]> = fc.array(
  fc.oneof(
    fc.constant<Deed>({ do: 'cancel' }),
    fc.constant<Deed>({ do: 'time-out' }),
    fc.record({ do: fc.constant('capture' as const), amount }),
    fc.record({ do: fc.constant('refund' as const), amount, n: fc.integer({ min: 0, max: 5 }) }),
    {
      weight: 4,
      arbitrary: fc.record({ do: fc.constant('tell' as const), ago: fc.integer({ min: 0, max: 4 }) }),
    },
    {
      weight: 3,
      arbitrary: fc.record({
        do: fc.constant('move' as const),
        to: fc.constantFrom<Intent['status']>('requires_action', 'requires_capture', 'succeeded', 'canceled'),
        amount,
      }),
    },
    fc.record({ do: fc.constant('amend' as const), amount: fc.constantFrom(400, 1542, 1700) }),
    fc.record({ do: fc.constant('ask-for-it' as const), lost: fc.boolean() }),
    fc.record({
      do: fc.constant('end-refund' as const),
      n: fc.integer({ min: 0, max: 5 }),
      well: fc.boolean(),
    }),
  ),
  { maxLength: 30 },
);

/** A provider that takes what it is told to, within what was agreed, and forgets nothing. */
function played(manual: boolean, subsidy: number, doings: readonly Deed[]) {
  let state: Payment = null;
  const events: PaymentEvent[] = [];
  const seen: Intent[] = [intent({ amount: 1542 - subsidy })];
  const run = (command: PaymentCommand): void => {
    const decided = decidePayment(state, command);
    if (isRefusal(decided)) return;
    for (const event of decided) {
      state = paymentStream.evolve(state, event);
      events.push(event);
      check(state);
    }
  };
  const at = { paymentId, now: noon + 1_000_000 };
  const captures = manual ? ('MANUAL' as const) : ('AUTOMATIC' as const);
  run({ do: 'request', wish: { ...wish({ subsidy, captures }) }, ...at, now: noon });
  const move = (to: Intent['status'], much: number): void => {
    const last = seen.at(-1) ?? intent();
    const asked = held(state);
    if (last.status === 'succeeded' || last.status === 'canceled') return;
    if (to === 'requires_capture' && manual) seen.push({ ...last, status: to, capturable: asked.due });
    if (to === 'succeeded' && (!manual || last.status === 'requires_capture'))
      seen.push({
        ...last,
        status: to,
        capturable: 0,
        received: manual ? Math.min(much, asked.due) : last.amount,
      });
    if (to === 'canceled' || to === 'requires_action') seen.push({ ...last, status: to, capturable: 0 });
  };
  const askForIt = (lost: boolean): void => {
    const last = seen.at(-1) ?? intent();
    const { amending, subsidy: company, status } = held(state);
    if (
      amending === null ||
      status !== 'CREATED' ||
      last.status === 'succeeded' ||
      last.status === 'canceled'
    )
      return;
    const now = { ...last, amount: amending.amount - company };
    seen.push(now);
    if (!lost) run({ do: 'observe', intent: now, amends: true, ...at });
  };
  const endRefund = (n: number, well: boolean): void => {
    const last = seen.at(-1) ?? intent();
    const [id, refund] = Object.entries(held(state).refunds)[n] ?? [];
    if (id === undefined || refund === undefined) return;
    const status = well ? 'SUCCEEDED' : 'FAILED';
    const one: SeenRefund = { id: `re_${id}`, refundId: id, amount: refund.amount, status, code: null };
    seen.push({ ...last, refunds: [...last.refunds.filter(({ refundId }) => refundId !== id), one] });
  };
  for (const doing of doings) {
    if (doing.do === 'move') move(doing.to, doing.amount);
    else if (doing.do === 'end-refund') endRefund(doing.n, doing.well);
    else if (doing.do === 'tell') run({ do: 'observe', intent: seen.at(-1 - doing.ago) ?? intent(), ...at });
    else if (doing.do === 'refund')
      run({ do: 'refund', refundId: `ref_${doing.n}`, amount: doing.amount, reason: 'cold', ...at });
    else if (doing.do === 'ask-for-it') askForIt(doing.lost);
    else if (doing.do === 'amend') {
      // Its order wishes for one at a time.
      if (held(state).amending === null) run({ ...doing, ...at });
    } else if (doing.do === 'cancel') run({ do: 'cancel', reason: 'CANCELLED', ...at });
    else run({ ...doing, ...at });
  }
  return { state: held(state), events, seen, run, at };
}

function held(payment: Payment): Paying {
  if (payment === null) throw new Error('Asked for at the beginning');
  return payment;
}

function check(payment: Payment): void {
  const { captured, authorised, due, captures, refunds, subsidy, amount: whole } = held(payment);
  const sum = (of: 'amount' | 'subsidy', failed: boolean) =>
    Object.values(refunds).reduce(
      (all, each) => all + (each.status === 'FAILED' && !failed ? 0 : each[of]),
      0,
    );
  expect(captured).toBeLessThanOrEqual(due);
  if (captures === 'MANUAL' && authorised > 0) expect(captured).toBeLessThanOrEqual(authorised);
  expect(sum('amount', false)).toBeLessThanOrEqual(captured);
  expect(sum('subsidy', true)).toBeLessThanOrEqual(subsidy);
  expect(captured + subsidy).toBeLessThanOrEqual(whole);
}

const worlds = [fc.boolean(), fc.integer({ min: 0, max: 1541 }), deeds] as const;

it('never books more than was held or owed, nor gives back more than was taken', () => {
  fc.assert(
    fc.property(...worlds, (manual, subsidy, doings) => {
      played(manual, subsidy, doings);
    }),
    { numRuns: 500 },
  );
});

it('S2-ORD-07 is paid what its provider asked for, and says that it asks for it before it is paid', () => {
  fc.assert(
    fc.property(...worlds, (_manual, subsidy, doings) => {
      const { seen, state } = played(false, subsidy, [...doings, { do: 'tell', ago: 0 }]);
      const last = seen.at(-1) ?? intent();
      // What was called off before anybody knew of an intent asks for nothing.
      if (last.status !== 'succeeded' || state.status !== 'SUCCEEDED') return;
      expect([state.captured, state.due, state.amount]).toEqual([
        ...[last.received, last.received, last.received + subsidy],
      ]);
    }),
    { numRuns: 2_000 },
  );
});

it('T2 a webhook that is told twice, or late, changes nothing', () => {
  fc.assert(
    fc.property(...worlds, fc.nat(40), (manual, subsidy, doings, which) => {
      const { events, seen, run, at, state } = played(manual, subsidy, doings);
      run({ do: 'observe', intent: seen.at(-1) ?? intent(), ...at });
      const known = events.length;
      run({ do: 'observe', intent: seen.at(-1) ?? intent(), ...at });
      expect(events).toHaveLength(known);
      // An older word may tell of nothing that the newest did not tell already, once the payment has come to its end.
      if (state.status !== 'SUCCEEDED') return;
      run({ do: 'observe', intent: { ...(seen[which % seen.length] ?? intent()), refunds: [] }, ...at });
      expect(events).toHaveLength(known);
    }),
    { numRuns: 500 },
  );
});

it('happens once each: asked for, paid, called off', () => {
  fc.assert(
    fc.property(...worlds, (manual, subsidy, doings) => {
      const { events } = played(manual, subsidy, doings);
      for (const type of [
        'PaymentRequested',
        'PaymentSucceeded',
        'PaymentCancelled',
        'PaymentCaptureRequested',
      ])
        expect(events.filter((event) => event.type === type).length).toBeLessThanOrEqual(1);
    }),
    { numRuns: 500 },
  );
});
