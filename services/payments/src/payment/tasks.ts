import type { Instant } from '@dabba/contracts';
import type { TaskRequest } from '@dabba/event-store';
import type { About } from '../provider/port.ts';

export interface PaymentTask {
  paymentId: string;
  metro: string;
}

/** Money that is to move moves, however long it takes: who gives up is the payment's own state. */
const forEver = 1_000_000;

const task = (name: string, { paymentId, metro }: PaymentTask, more: Record<string, string> = {}) => ({
  task: name,
  key: [name, paymentId, ...Object.values(more)].join(':'),
  payload: { paymentId, metro, ...more },
  maxAttempts: forEver,
});

export const createIntent = (of: PaymentTask, provider: string): TaskRequest =>
  task('create-intent', of, { provider });
export const amendIntent = (of: PaymentTask): TaskRequest => task('amend-intent', of);
export const confirmIntent = (of: PaymentTask): TaskRequest => task('confirm-intent', of);
export const capturePayment = (of: PaymentTask): TaskRequest => task('capture-payment', of);
/** Whatever was made for it that nobody wants any more, at this provider. @param intentId one that is not its own */
export const closeIntent = (
  of: PaymentTask,
  provider: string,
  { runAt, intentId = '' }: { runAt?: Instant; intentId?: string } = {},
): TaskRequest => ({
  ...task('close-intent', of, { provider, intentId }),
  ...(runAt !== undefined && { runAt }),
});
export const refundPayment = (of: PaymentTask, refundId: string): TaskRequest =>
  task('refund-payment', of, { refundId });
export const expirePayment = (of: PaymentTask, runAt: Instant): TaskRequest => ({
  ...task('expire-payment', of),
  runAt,
});
export const neverExpires = (of: PaymentTask): TaskRequest => ({
  ...task('expire-payment', of),
  cancel: true,
});
export const refundMeal = (mealId: string, metro: string): TaskRequest => ({
  task: 'refund-meal',
  key: `refund-meal:${mealId}`,
  payload: { mealId, metro },
  maxAttempts: forEver,
});
export const collectDebt = (of: PaymentTask, customerId: string): TaskRequest => ({
  task: 'collect-debt',
  key: `collect-debt:${of.paymentId}`,
  payload: { ...of, customerId },
  maxAttempts: forEver,
});
/** Something about an intent changed; those that wait are one. */
export const followNotice = (provider: string, intentId: string, about: About): TaskRequest => ({
  task: 'follow-notice',
  key: `follow-notice:${provider}:${intentId}:${about}`,
  payload: { provider, intentId, about },
  maxAttempts: forEver,
});

/** @throws for a payload that is not one of these */
export function parseTask<N extends string>(payload: unknown, ...names: readonly N[]): Record<N, string> {
  const given: Record<string, unknown> = { ...Object(payload) };
  const parsed: Partial<Record<N, string>> = {};
  for (const name of names) {
    const value = given[name];
    if (typeof value !== 'string') throw new TypeError(`A task without ${name}`);
    parsed[name] = value;
  }
  if (isWhole(parsed, names)) return parsed;
  throw new TypeError('Not a task of payments');
}

function isWhole<N extends string>(
  parsed: Partial<Record<N, string>>,
  names: readonly N[],
): parsed is Record<N, string> {
  return names.every((name) => parsed[name] !== undefined);
}
