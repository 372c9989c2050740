import type { EventMeta } from '@dabba/contracts';
import { isRefusal } from '@dabba/event-store';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { decidePayer } from '../payer/decide.ts';
import { payerRef } from '../payer/payer.ts';
import { act } from '../payment/act.ts';
import { paymentIdOf, paymentRef } from '../payment/payment.ts';
import { intent } from '../payment/samples.ts';
import type { Intent } from '../provider/port.ts';
import { Memory } from '../spec/memory.ts';
import { onDoors } from './on-doors.ts';

const noon = Date.UTC(2026, 10, 21, 12);
const day = 86_400_000;
const [price, shown, hold] = [850, 4, 2_500];
const settings = { hold, holdPatience: day, poll: 0, sweep: 0, reconcile: 0, settle: 0 };
const { on } = onDoors('stripe', settings);
const sessionId = 'ses_1';
const about = { sessionId, fridgeId: 'fr_1', customerId: 'cus_1' };
const paymentId = paymentIdOf(sessionId);
const place = { paymentId, metro: 'sfo', customerId: 'cus_1' };
const meals = (count: number) =>
  Array.from({ length: count }, (_, n) => ({ mealId: `meal_${n}`, price, currency: 'USD' }));

type Fact = 'DoorSessionStarted' | 'DoorSessionSettled' | 'DoorSessionFailed';
type Step =
  | { tell: Fact }
  /** The provider: what it makes of the intent, and that it tells of it, now or as it was. */
  | { provider: 'hold' | 'decline' | 'lapse' | 'capture' | 'close' | 'tell' | 'tell-late' }
  | { do: 'time-out' };

/** One customer at one door, with a provider that takes no more than it is told to. */
class Door {
  readonly unit = new Memory();
  readonly seen: Intent[] = [intent({ paymentId, status: 'requires_confirmation' })];
  readonly #taken: number;
  #now = noon;

  constructor(hasCard: boolean, taken: number) {
    this.#taken = taken;
    if (!hasCard) return;
    const saved = { method: 'pm_card_visa', customer: null };
    const payer = payerRef('cus_1', 'sfo');
    const command = { do: 'save-method', customerId: 'cus_1', provider: 'stripe', saved, now: noon } as const;
    const events = decidePayer(this.unit.load(payer).state, command);
    if (!isRefusal(events)) this.unit.append(payer, events);
  }

  get payment() {
    return this.unit.load(paymentRef(paymentId, 'sfo')).state;
  }

  tell(fact: Fact): void {
    const meta = {
      ...{ id: 'e', source: 's', stream: sessionId, streamType: 'session', version: 1, position: 1 },
      ...{ metro: 'sfo', time: noon },
    };
    this.#responseTo(fact, meta)?.decide(this.unit, { actor: 'reaction', now: this.#now });
  }

  #responseTo(fact: Fact, meta: EventMeta) {
    switch (fact) {
      case 'DoorSessionStarted': {
        const prices = meals(shown).map((meal) => ({ ...meal, sku: 'dal' }));
        const asked = { ...about, door: '1', kind: 'CUSTOMER', commandId: 'c', nonce: 'n', prices } as const;
        const data = { ...asked, startedAt: noon, expiresAt: noon + 10_000 };
        return on.DoorSessionStarted?.({ type: fact, data, meta });
      }
      case 'DoorSessionSettled': {
        const ended = { unpriced: [], added: [], closedAt: noon, settledAt: noon };
        const data = { ...about, basket: meals(this.#taken), ...ended };
        return on.DoorSessionSettled?.({ type: fact, data, meta });
      }
      case 'DoorSessionFailed':
        return on.DoorSessionFailed?.({
          ...{ type: fact, meta },
          data: { ...about, reason: 'NOT_OPENED', failedAt: noon },
        });
      default:
        return fact satisfies never;
    }
  }

  meet(step: Step): void {
    if ('tell' in step) this.tell(step.tell);
    else if ('do' in step) {
      this.#now = noon + day;
      act(this.unit, place, { do: 'time-out', paymentId, now: this.#now });
    } else this.#play(step.provider);
  }

  #play(what: Extract<Step, { provider: string }>['provider']): void {
    const { payment } = this;
    const last = this.seen.at(-1);
    if (payment === null || !last) return;
    const isOver = last.status === 'succeeded' || last.status === 'canceled';
    const wanted = payment.wanted ?? 0;
    if (what === 'tell' || what === 'tell-late') {
      const told = what === 'tell' ? last : (this.seen.at(-2) ?? last);
      act(this.unit, place, { do: 'observe', intent: told, paymentId, now: this.#now });
    } else if (isOver) return;
    else if (what === 'hold' && last.status !== 'requires_capture')
      this.seen.push({ ...last, status: 'requires_capture', capturable: payment.due });
    else if (what === 'decline' && last.status !== 'requires_capture')
      this.seen.push({
        ...last,
        status: 'requires_payment_method',
        decline: { ref: `ch_${this.seen.length}`, code: 'no' },
      });
    else if (what === 'lapse') this.seen.push({ ...last, status: 'canceled', capturable: 0 });
    // Where it is to be let go and to be taken, either may come first.
    else if (
      what === 'capture' &&
      last.status === 'requires_capture' &&
      payment.status === 'AUTHORISED' &&
      wanted > 0
    )
      this.seen.push({
        ...last,
        status: 'succeeded',
        capturable: 0,
        received: Math.min(wanted, last.capturable),
      });
    else if (what === 'close' && payment.ending !== null)
      this.seen.push({ ...last, status: 'canceled', capturable: 0 });
  }

  /** What the customer has paid and owes; minor units. */
  get cost(): number {
    return this.unit.events.reduce((sum, { type, data }) => {
      if (type === 'PaymentSucceeded') return sum + data.captured;
      if (type === 'ReceivableOpened') return sum + data.amount;
      return type === 'RefundRequested' ? sum - data.amount : sum;
    }, 0);
  }

  /** Everything comes to its end: all facts are there, and what is under way is done. */
  end(facts: readonly Fact[]): void {
    for (const fact of facts) this.tell(fact);
    for (let n = 0; n < 3; n++)
      for (const provider of ['hold', 'tell', 'capture', 'tell', 'close', 'tell'] as const)
        this.#play(provider);
    this.meet({ do: 'time-out' });
    for (const provider of ['capture', 'tell', 'close', 'tell', 'lapse', 'tell'] as const)
      this.#play(provider);
  }
}

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ tell: fc.constantFrom<Fact>('DoorSessionStarted', 'DoorSessionSettled', 'DoorSessionFailed') }),
  {
    weight: 2,
    arbitrary: fc.record({
      provider: fc.constantFrom('hold', 'decline', 'lapse', 'capture', 'close', 'tell', 'tell-late'),
    }),
  },
  fc.record({ do: fc.constant('time-out' as const) }),
);
const worlds = [fc.boolean(), fc.nat(shown), fc.array(step, { maxLength: 25 })] as const;

it('S0-INV-05 whatever comes twice, late or in any order, no meal costs more than its price', () => {
  fc.assert(
    fc.property(...worlds, (hasCard, taken, steps) => {
      const door = new Door(hasCard, taken);
      for (const each of steps) {
        door.meet(each);
        expect(door.cost).toBeLessThanOrEqual(taken * price);
      }
      expect(door.unit.events.filter(({ type }) => type === 'PaymentSucceeded').length).toBeLessThanOrEqual(
        1,
      );
    }),
    { numRuns: 500 },
  );
});

it('S0-INV-05 in the end what was taken is paid or owed to the cent, and what was not costs nothing', () => {
  fc.assert(
    fc.property(...worlds, fc.boolean(), (hasCard, taken, steps, failed) => {
      const door = new Door(hasCard, taken);
      for (const each of steps) door.meet(each);
      door.end([
        'DoorSessionStarted',
        ...(failed ? (['DoorSessionFailed'] as const) : []),
        'DoorSessionSettled',
      ]);
      expect(door.cost).toBe(taken * price);
      // No dispense, no charge: nothing of its hold is left.
      if (taken === 0) expect(door.seen.at(-1)?.received).toBe(0);
      expect(door.payment?.status ?? 'CANCELLED').not.toBe('AUTHORISED');
    }),
    { numRuns: 500 },
  );
});

it('S0-INV-05 what was taken without a price shown is not in the basket, and costs nothing', () => {
  const door = new Door(true, 0);
  door.end(['DoorSessionStarted', 'DoorSessionSettled']);
  expect(door.unit.events.map(({ type }) => type)).not.toContain('PaymentCaptureRequested');
  expect(door.payment?.status).toBe('CANCELLED');
});
