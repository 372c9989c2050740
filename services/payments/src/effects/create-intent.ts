import type { StoreDeps } from '@dabba/service-kit';
import type { TaskHandler } from '@dabba/tasks';
import type { Parts } from '../parts.ts';
import { payerRef } from '../payer/payer.ts';
import type { Paying } from '../payment/payment.ts';
import { ProviderAway, ProviderRefused } from '../provider/port.ts';
import { callOff } from './call-off.ts';
import { effect } from './effect.ts';

/**
 * Makes the payment known to its provider. It moves no money, so when that one is away the next takes over at once (S2-PAY-04), unless
 * somebody's card is to be charged that the next does not know.
 */
export function createIntentTask(
  deps: StoreDeps,
  parts: Parts,
): TaskHandler<Record<'paymentId' | 'provider', string>> {
  const { store, now } = deps;
  const { desk, providers } = parts;

  async function failOver(payment: Paying, paymentId: string): Promise<boolean> {
    const place = providers.findIndex(({ name }) => name === payment.provider);
    const next = providers[place + 1];
    if (!next) return false;
    const { customerId, confirms } = payment;
    const saved =
      customerId === null ? undefined : (await store.load(payerRef(customerId, ''))).state.methods[next.name];
    if (confirms === 'SERVER' && !saved) return false;
    const [method, customer] = confirms === 'SERVER' && saved ? [saved.method, saved.customer] : [null, null];
    const command = { do: 'fail-over', from: payment.provider, to: next.name, method, customer } as const;
    await desk.act(paymentId, command, { actor: 'task:create-intent', now: now() });
    return true;
  }

  return effect(deps, parts, {
    name: 'create-intent',
    harmless: true,
    needs: ['provider'],
    isWanted: ({ status, intentId, provider }, task) =>
      status === 'REQUESTED' && intentId === null && provider === task.provider,
    call: (provider, { due: amount, currency, captures, paymentMethod, providerCustomer }, { paymentId }) =>
      provider.create(
        {
          paymentId,
          amount,
          currency,
          captures: captures === 'MANUAL' ? 'MANUAL' : 'AUTOMATIC',
          method: paymentMethod,
          customer: providerCustomer,
        },
        `${paymentId}:create`,
      ),
    lookUp: (provider, { requestedAt }, { paymentId }) => provider.find(paymentId, requestedAt),
    async onError(error, payment, { paymentId }) {
      if (error instanceof ProviderRefused) return callOff(deps, parts, paymentId);
      return error instanceof ProviderAway && failOver(payment, paymentId);
    },
  });
}
