import type { StoreDeps } from '@dabba/service-kit';
import type { TaskHandler } from '@dabba/tasks';
import type { Parts } from '../parts.ts';
import { providerNamed } from '../payment/desk.ts';
import type { Paying } from '../payment/payment.ts';
import { parseTask } from '../payment/tasks.ts';
import type { Intent, Provider } from '../provider/port.ts';
import { asLater } from './effect.ts';

type Task = Record<'paymentId' | 'provider' | 'intentId', string>;

/**
 * Nothing of a payment that was called off, or went to another provider, stays open: its intent is cancelled there, whether we
 * ever heard of it or not. What was paid there in spite of that goes back.
 */
export function closeIntentTask({ now }: StoreDeps, { desk, providers }: Parts): TaskHandler<Task> {
  return {
    name: 'close-intent',
    parse: (payload) => parseTask(payload, 'paymentId', 'provider', 'intentId'),
    async run({ paymentId, provider: name, intentId }) {
      const payment = await desk.load(paymentId);
      if (payment === null) return;
      const provider = providerNamed(providers, name);
      try {
        const found = await (intentId === ''
          ? findOpen(provider, payment, paymentId)
          : provider.retrieve(intentId));
        if (!found || found.status === 'canceled') return;
        const isOwn = payment.provider === name && payment.intentId === found.id;
        if (isOwn && payment.ending === null && payment.status !== 'CANCELLED') return;
        const closed = await provider.cancel(found.id, `${found.id}:cancel`);
        if (isOwn || (payment.provider === name && payment.intentId === null))
          await desk.record(closed, 'task:close-intent');
        else if (closed.received > 0) await giveBack(provider, closed, paymentId);
      } catch (error) {
        throw asLater(error);
      }
    },
  };

  /** Paid with a provider that was given up: no cent of it is in our books, so nothing is booked as given back either. */
  async function giveBack(provider: Provider, { id: intentId, received: amount }: Intent, paymentId: string) {
    const refundId = `${paymentId}_stray_${now()}`;
    await provider.refund({ intentId, refundId, paymentId, amount }, `${intentId}:stray`);
  }
}

async function findOpen(
  provider: Provider,
  { intentId, requestedAt, provider: own }: Paying,
  paymentId: string,
): Promise<Intent | undefined> {
  if (intentId !== null && own === provider.name) return provider.retrieve(intentId);
  return provider.find(paymentId, requestedAt);
}
