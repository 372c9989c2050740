import type { Instant } from '@dabba/contracts';
import {
  type AnyStreamRef,
  isRefusal,
  type Refusal,
  type TaskRequest,
  type UnitOfWork,
} from '@dabba/event-store';
import { allowanceRef } from '../allowance/allowance.ts';
import { decideAllowance } from '../allowance/decide.ts';
import { decidePayer } from '../payer/decide.ts';
import { payerRef } from '../payer/payer.ts';
import type { Intent } from '../provider/port.ts';
import { decidePayment, type PaymentCommand } from './decide.ts';
import { isStray } from './observe.ts';
import { type Paying, type Payment, type PaymentEvent, paymentRef } from './payment.ts';
import {
  amendIntent,
  capturePayment,
  closeIntent,
  collectDebt,
  confirmIntent,
  createIntent,
  expirePayment,
  neverExpires,
  type PaymentTask,
  refundPayment,
} from './tasks.ts';

/** Where a payment is decided: itself, and what its customer may use and owes. */
export interface Place {
  paymentId: string;
  metro: string;
  customerId: string | null;
}

export function streamsOf(
  { paymentId, metro, customerId }: Place,
  { fresh = false }: { fresh?: boolean } = {},
): AnyStreamRef[] {
  const own = { ...paymentRef(paymentId, metro), fresh };
  return customerId === null ? [own] : [own, allowanceRef(customerId, metro), payerRef(customerId, metro)];
}

/** Decides, and does at once whatever follows from it for the customer's allowance and debts, and outside by tasks. */
export function act(
  unit: UnitOfWork,
  place: Place,
  command: PaymentCommand,
): { state: Payment; events: readonly PaymentEvent[] } | Refusal {
  const ref = paymentRef(place.paymentId, place.metro);
  const before = unit.load(ref).state;
  const events = decidePayment(before, command);
  if (isRefusal(events)) return events;
  if (before !== null && command.do === 'observe') closeStray(unit, place, before, command.intent);
  const state = unit.append(ref, events);
  if (state === null) return { state, events };
  for (const event of events) {
    followMoney(unit, place, state, event, command.now);
    for (const task of tasksAfter(event, state, place, command.now)) unit.enqueue(task);
  }
  return { state, events };
}

/** What was made for it that it does not go by must not stay open. */
function closeStray(unit: UnitOfWork, place: Place, payment: Paying, intent: Intent): void {
  if (isStray(payment, intent) && intent.status !== 'canceled')
    unit.enqueue(closeIntent(place, intent.provider, { intentId: intent.id }));
}

/** Why a hold is gone, other than by its card. */
const wasGood: ReadonlySet<string> = new Set(['NOTHING_TAKEN', 'EXPIRED']);

function followMoney(unit: UnitOfWork, place: Place, state: Paying, event: PaymentEvent, now: Instant): void {
  const { customerId, metro, paymentId } = place;
  if (customerId === null) return;
  const { currency, sessionId, subsidyPeriod: period, wanted } = state;
  const giveBack = (amount: number): void => {
    const ref = allowanceRef(customerId, metro);
    if (amount === 0 || period === null) return;
    const command = { do: 'return', customerId, paymentId, period, amount, now } as const;
    unit.append(ref, decideAllowance(unit.load(ref).state, command));
  };
  const payer = payerRef(customerId, metro);
  const owe = (amount: number, reason: string): void => {
    const debt = { paymentId, sessionId, amount, currency, reason };
    const decided = decidePayer(unit.load(payer).state, { do: 'owe', customerId, now, ...debt });
    if (isRefusal(decided)) return;
    unit.append(payer, decided);
    if (decided.length > 0 && wasGood.has(reason)) unit.enqueue(collectDebt(place, customerId));
  };
  switch (event.type) {
    case 'PaymentCancelled':
      giveBack(state.subsidy);
      if (wanted !== null) owe(wanted, event.data.reason);
      return;
    case 'PaymentCaptureRequested':
      if (state.status === 'CANCELLED') owe(event.data.amount, state.ending ?? 'UNKNOWN');
      return;
    case 'PaymentSucceeded':
      if (state.captures === 'MANUAL' && wanted !== null) owe(wanted - event.data.captured, 'SHORTFALL');
      if (state.settles !== null) {
        const settling = {
          do: 'settle',
          customerId,
          now,
          paymentId: state.settles,
          writtenOff: false,
          amount: event.data.captured,
        } as const;
        const decided = decidePayer(unit.load(payer).state, settling);
        if (!isRefusal(decided)) unit.append(payer, decided);
      }
      return;
    case 'RefundRequested':
      giveBack(event.data.subsidy);
  }
}

/** What has to be done outside, or at a time, because of an event. */
function tasksAfter(
  { type, data }: PaymentEvent,
  state: Paying,
  of: PaymentTask,
  now: Instant,
): TaskRequest[] {
  const { provider, status, ending, wanted, confirms, intentId, amending } = state;
  const isOver = ending !== null || status === 'CANCELLED';
  switch (type) {
    case 'PaymentRequested':
      return data.due > 0 ? [createIntent(of, provider), expirePayment(of, data.expiresAt)] : [];
    case 'PaymentFailedOver':
      // What the first one may have made without our hearing of it must not stay open.
      return [createIntent(of, data.to), closeIntent(of, data.from, { runAt: now + 60_000 })];
    case 'PaymentIntentCreated':
      if (isOver) return [closeIntent(of, provider)];
      if (amending !== null) return [amendIntent(of)];
      return confirms === 'SERVER' && data.status === 'requires_confirmation' ? [confirmIntent(of)] : [];
    case 'PaymentAmendRequested':
      return intentId === null ? [] : [amendIntent(of)];
    case 'PaymentApproved':
      return [confirmIntent(of)];
    case 'PaymentAuthorised':
      if (isOver) return [closeIntent(of, provider)];
      return wanted === null ? [] : [capturePayment(of)];
    case 'PaymentCaptureRequested':
      return status === 'AUTHORISED' ? [capturePayment(of)] : [];
    case 'PaymentCancelRequested':
      return intentId === null ? [] : [closeIntent(of, provider)];
    case 'PaymentSucceeded':
      return data.provider === 'none' ? [] : [neverExpires(of)];
    case 'PaymentCancelled':
      // A call may be under way that makes one after all.
      return [
        neverExpires(of),
        ...(intentId === null ? [closeIntent(of, provider, { runAt: now + 60_000 })] : []),
      ];
    case 'RefundRequested':
      return data.amount > 0 ? [refundPayment(of, data.refundId)] : [];
    default:
      return [];
  }
}
