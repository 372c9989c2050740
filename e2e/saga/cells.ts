import type { Errand, Status } from './errand.ts';
import { cancelled, completed, used } from './lawful.ts';
import type { Outcome } from './outcome.ts';

/** The saga of ADR 0017, by what was done last. */
export const steps = [
  'placed',
  'reserved',
  'paid',
  'confirmed',
  'preparing',
  'ready',
  'picked up',
  'completed',
] as const;
export const faults = [
  'no stock',
  'declined',
  'timed out',
  'rejected',
  'cancelled',
  '86ed after payment',
  'killed',
] as const;
export type Step = (typeof steps)[number];
export type Fault = (typeof faults)[number];

/** Processes that are killed with SIGKILL, one after the other. */
export const victims = ['inventory', 'payments', 'stripe', 'orders', 'kitchen'] as const;
export type Victim = (typeof victims)[number];

/** What happens to an order at its step. */
export type Act =
  /** Somebody does this to it; resolves with the answer. Afterwards its people go on, as far as it goes. */
  | { kind: 'done'; work(errand: Errand): Promise<number | null> }
  /** The service is killed the moment this resolves. */
  | { kind: 'killed'; victim: Victim; work(errand: Errand): Promise<unknown> }
  /** Done while the service is away. Its people go on when it is back. */
  | { kind: 'meanwhile'; victim: Victim; work(errand: Errand): Promise<number | null> };

export interface Cell {
  step: Step;
  fault: Fault;
  /** In words, what is done; or why it cannot be. */
  how: string;
  /** Ends that are lawful; left out where the cell cannot exist. */
  lawful?: readonly Outcome[];
  act?: Act;
  /** Where its people take it before. */
  before?: Status;
  /** Its vendor confirms orders by hand. */
  byHand?: true;
}

const no = (step: Step, fault: Fault, how: string): Cell => ({ step, fault, how });
/** A person does something to an order that has come so far. */
const done = (
  [step, fault]: readonly [Step, Fault],
  before: Status | undefined,
  how: string,
  work: (errand: Errand) => Promise<number | null>,
  lawful: readonly Outcome[],
): Cell => ({ step, fault, how, lawful, act: { kind: 'done', work }, ...(before && { before }) });
const killed = (
  step: Step,
  before: Status | undefined,
  victim: Victim,
  how: string,
  work: (errand: Errand) => Promise<unknown>,
): Cell => ({
  ...{ step, fault: 'killed', how, lawful: [completed()] },
  ...{ act: { kind: 'killed', victim, work }, ...(before && { before }) },
});
const meanwhile = (
  [step, fault]: readonly [Step, Fault],
  victim: Victim,
  how: string,
  work: (errand: Errand) => Promise<number | null>,
  lawful: readonly Outcome[],
): Cell => ({ step, fault, how, lawful, act: { kind: 'meanwhile', victim, work } });
const byHand = (cell: Cell): Cell => ({ ...cell, byHand: true });

const nothing = async () => null;
const reject = (errand: Errand) => errand.cook('reject');
const cancel = (errand: Errand) => errand.cancel();
const eightySix = (errand: Errand) => errand.count('86', { reason: 'drill' });
/** Vendor and kitchen go on only once the order has heard: what has been begun is not called back, whatever is said of the stock then. */
const eightySixHeard = (before: 'PAID' | 'CONFIRMED') => async (errand: Errand) => {
  const answered = await eightySix(errand);
  await errand.left(before);
  return answered;
};
const late = [
  ['ready', 'READY'],
  ['picked up', 'PICKED_UP'],
  ['completed', 'COMPLETED'],
] as const;

export const cells: readonly Cell[] = [
  done(
    ['placed', 'no stock'],
    undefined,
    'six are ordered of five',
    (errand) => errand.place({ quantity: 6 }),
    // Refused at once, or cancelled a moment after it was taken.
    [409, 201].map((answered) => cancelled('NO_STOCK', { answered })),
  ),
  done(
    ['reserved', 'no stock'],
    'PENDING',
    'a count finds one, and two are held',
    (errand) => errand.count('count', { counted: 1, reason: 'drill' }),
    [cancelled('NO_STOCK', { onHand: 1, answered: 200 })],
  ),
  ...steps
    .slice(2)
    .map((step) => no(step, 'no stock', 'what is missing after payment is the column "86ed after payment"')),

  done(
    ['placed', 'declined'],
    undefined,
    'a card that is charged by the provider itself (S4-API-02) is declined',
    async (errand) => {
      const answered = await errand.place({ method: 'pm_card_visa_chargeDeclined' });
      await errand.left('PENDING');
      return answered;
    },
    [cancelled('PAYMENT_DECLINED', { answered: 201 })],
  ),
  done(
    ['reserved', 'declined'],
    'PENDING',
    'the customer confirms by a card that is declined, then by another',
    (errand) => errand.pay('pm_card_visa_chargeDeclined'),
    [completed(402)],
  ),
  done(
    ['reserved', 'declined'],
    'PENDING',
    'the customer confirms by a card that is declined, and leaves',
    async (errand) => {
      const answered = await errand.pay('pm_card_visa_chargeDeclined');
      await errand.left('PENDING');
      return answered;
    },
    [cancelled('PAYMENT_TIMED_OUT', { answered: 402 })],
  ),
  ...steps
    .slice(2)
    .map((step) => no(step, 'declined', 'it is paid: a bank that wants its money back disputes')),

  meanwhile(
    ['placed', 'timed out'],
    'inventory',
    'inventory says nothing: payment is asked for without it (S4-SVC-14)',
    async (errand) => {
      await errand.place();
      await errand.pay();
      return null;
    },
    [completed()],
  ),
  done(
    ['reserved', 'timed out'],
    'PENDING',
    'nobody pays',
    async (errand) => {
      await errand.left('PENDING');
      return null;
    },
    [cancelled('PAYMENT_TIMED_OUT')],
  ),
  byHand(
    done(
      ['paid', 'timed out'],
      'PAID',
      'the vendor says nothing',
      async (errand) => {
        await errand.left('PAID');
        return null;
      },
      [cancelled('TIMED_OUT', { ticket: 'CANCELLED' })],
    ),
  ),
  ...(['confirmed', 'preparing', 'ready'] as const).map((step) =>
    no(step, 'timed out', 'cooking and fetching have no deadline: estimates move'),
  ),
  done(['picked up', 'timed out'], 'PICKED_UP', 'nobody says any more: it is completed', nothing, [
    completed(),
  ]),
  no('completed', 'timed out', 'nothing is waited for'),

  ...(['placed', 'reserved'] as const).map((step) =>
    no(step, 'rejected', 'a kitchen has no ticket of what is not confirmed'),
  ),
  byHand(
    done(['paid', 'rejected'], 'PAID', 'the vendor does not take it', (errand) => errand.turn('CANCELLED'), [
      cancelled('VENDOR', { ticket: 'CANCELLED', answered: 200 }),
    ]),
  ),
  done(['confirmed', 'rejected'], 'CONFIRMED', 'the kitchen rejects it', reject, [
    cancelled('KITCHEN_REJECTED', { ticket: 'REJECTED', answered: 200 }),
  ]),
  done(['preparing', 'rejected'], 'PREPARING', 'the kitchen rejects what it has begun', reject, [
    cancelled('KITCHEN_REJECTED', { ticket: 'REJECTED', answered: 200, ...used }),
  ]),
  ...late.map(([step, before]) =>
    done([step, 'rejected'], before, 'the kitchen wants to reject it, too late', reject, [completed(409)]),
  ),

  meanwhile(
    ['placed', 'cancelled'],
    'inventory',
    'cancelled before inventory hears of it',
    async (errand) => {
      await errand.place();
      return errand.cancel();
    },
    [cancelled('CUSTOMER', { answered: 200 })],
  ),
  done(['reserved', 'cancelled'], 'PENDING', 'cancelled before it is paid', cancel, [
    cancelled('CUSTOMER', { answered: 200 }),
  ]),
  byHand(
    done(['paid', 'cancelled'], 'PAID', 'cancelled before the vendor takes it', cancel, [
      cancelled('CUSTOMER', { ticket: 'CANCELLED', answered: 200 }),
    ]),
  ),
  done(['confirmed', 'cancelled'], 'CONFIRMED', 'cancelled before it is begun', cancel, [
    cancelled('CUSTOMER', { ticket: 'CANCELLED', answered: 200 }),
  ]),
  done(['preparing', 'cancelled'], 'PREPARING', 'cancelled while it is made', cancel, [
    cancelled('CUSTOMER', { ticket: 'CANCELLED', answered: 200, ...used }),
  ]),
  ...late.map(([step, before]) =>
    done([step, 'cancelled'], before, 'its customer wants to cancel it, too late', cancel, [completed(409)]),
  ),

  ...(['placed', 'reserved'] as const).map((step) =>
    no(step, '86ed after payment', 'it is not paid: the column "no stock"'),
  ),
  byHand(
    done(['paid', '86ed after payment'], 'PAID', '86 before the vendor takes it', eightySixHeard('PAID'), [
      cancelled('SOLD_OUT_AFTER_PAYMENT', { ticket: 'CANCELLED', answered: 200 }),
    ]),
  ),
  done(
    ['confirmed', '86ed after payment'],
    'CONFIRMED',
    '86 before the kitchen begins',
    eightySixHeard('CONFIRMED'),
    [cancelled('SOLD_OUT_AFTER_PAYMENT', { ticket: 'CANCELLED', answered: 200 })],
  ),
  ...([['preparing', 'PREPARING'], ...late] as const).map(([step, before]) =>
    done([step, '86ed after payment'], before, '86 of what this order has already', eightySix, [
      completed(200),
    ]),
  ),

  killed('placed', undefined, 'orders', 'orders dies over the answer to POST', async (errand) => {
    errand.place().catch(() => {});
    await errand.held();
  }),
  killed('reserved', undefined, 'inventory', 'inventory dies as the order is placed', (errand) =>
    errand.place(),
  ),
  killed('reserved', undefined, 'payments', 'payments dies as the intent is asked for', async (errand) => {
    errand.place().catch(() => {});
    await errand.held();
  }),
  killed('paid', 'PENDING', 'payments', 'payments dies as the provider says yes', (errand) => errand.pay()),
  killed('paid', 'PENDING', 'stripe', 'the provider dies as it says yes', (errand) => errand.pay()),
  killed('confirmed', 'PENDING', 'orders', 'orders dies as the provider says yes', (errand) => errand.pay()),
  killed('confirmed', 'PENDING', 'kitchen', 'the kitchen dies as the provider says yes', (errand) =>
    errand.pay(),
  ),
  killed('preparing', 'CONFIRMED', 'kitchen', 'it dies as it has begun', (errand) => errand.cook('start')),
  killed('ready', 'PREPARING', 'kitchen', 'it dies as it is ready', (errand) => errand.cook('ready')),
  killed('picked up', 'READY', 'kitchen', 'it dies as it is handed over', (errand) =>
    errand.cook('hand-over'),
  ),
  killed('completed', 'PICKED_UP', 'orders', 'orders dies before its timer', async () => {}),
];
