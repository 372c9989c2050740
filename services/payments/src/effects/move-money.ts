import type { StoreDeps } from '@dabba/service-kit';
import type { TaskHandler } from '@dabba/tasks';
import type { Parts } from '../parts.ts';
import { dueThen } from '../payment/amend.ts';
import type { Paying } from '../payment/payment.ts';
import { type Intent, type Provider, ProviderRefused } from '../provider/port.ts';
import { callOff } from './call-off.ts';
import { effect } from './effect.ts';

const idOf = ({ intentId }: Paying): string => {
  if (intentId === null) throw new Error('A payment without an intent');
  return intentId;
};
/** What its payer agreed to pay with is the provider's to know. */
const methodOf = ({ approved, paymentMethod }: Paying): string | null => (approved ? null : paymentMethod);
/** After one that was declined it is another try, by what its payer agreed to since. */
const confirmKey = ({ declined }: Paying, paymentId: string): string =>
  [paymentId, 'confirm', ...(declined === null ? [] : [declined])].join(':');
/** As it is now, where it is no longer what it was when it was to be changed. */
const unless =
  (before: Intent['status']) =>
  async (provider: Provider, payment: Paying): Promise<Intent | undefined> => {
    const intent = await provider.retrieve(idOf(payment));
    return intent.status === before ? undefined : intent;
  };

/** Confirms, takes and gives back, as the payment's events ask for it. */
export function moneyTasks(deps: StoreDeps, parts: Parts): TaskHandler<Record<string, string>>[] {
  const { desk } = parts;
  const { now } = deps;
  return [
    effect<never>(deps, parts, {
      name: 'amend-intent',
      amends: true,
      needs: [],
      isWanted: ({ status, intentId, ending, amending, approved }) =>
        status === 'CREATED' && intentId !== null && ending === null && amending !== null && !approved,
      call: (provider, payment, { paymentId }) =>
        provider.amend(
          idOf(payment),
          { amount: dueThen(payment), currency: payment.currency },
          `${paymentId}:amend:${payment.amending?.since}`,
        ),
      async lookUp(provider, payment) {
        const intent = await provider.retrieve(idOf(payment));
        return intent.amount === dueThen(payment) ? intent : undefined;
      },
      async onError(error, _payment, { paymentId }) {
        if (!(error instanceof ProviderRefused)) return false;
        const command = { do: 'give-up-amending', code: error.code } as const;
        await desk.act(paymentId, command, { actor: 'task:amend-intent', now: now() });
        return true;
      },
    }),
    effect<never>(deps, parts, {
      name: 'confirm-intent',
      needs: [],
      isWanted: ({ status, intentId, ending, declined, approved }) =>
        status === 'CREATED' && intentId !== null && ending === null && (declined === null || approved),
      call: (provider, payment, { paymentId }) =>
        provider.confirm(idOf(payment), methodOf(payment), confirmKey(payment, paymentId)),
      lookUp: unless('requires_confirmation'),
      onError: async (error, _payment, { paymentId }) =>
        error instanceof ProviderRefused && callOff(deps, parts, paymentId),
    }),
    effect<never>(deps, parts, {
      name: 'capture-payment',
      needs: [],
      isWanted: ({ status, wanted }) => status === 'AUTHORISED' && wanted !== null,
      call: (provider, payment, { paymentId }) => {
        const { wanted, authorised } = payment;
        const amount = Math.min(wanted ?? 0, authorised);
        return provider.capture(idOf(payment), amount, `${paymentId}:capture`);
      },
      lookUp: unless('requires_capture'),
    }),
    effect<'refundId'>(deps, parts, {
      name: 'refund-payment',
      needs: ['refundId'],
      isWanted: ({ refunds }, { refundId }) => refunds[refundId]?.status === 'REQUESTED',
      call: (provider, payment, { paymentId, refundId }) =>
        provider.refund(
          { intentId: idOf(payment), refundId, paymentId, amount: payment.refunds[refundId]?.amount ?? 0 },
          refundId,
        ),
      async lookUp(provider, payment, { refundId }) {
        const intent = await provider.retrieve(idOf(payment));
        return intent.refunds.some((refund) => refund.refundId === refundId) ? intent : undefined;
      },
      async onError(error, _payment, { paymentId, refundId }) {
        if (!(error instanceof ProviderRefused)) return false;
        const command = { do: 'give-up-refund', refundId, code: error.code } as const;
        await desk.act(paymentId, command, { actor: 'task:refund-payment', now: now() });
        return true;
      },
    }),
  ];
}
