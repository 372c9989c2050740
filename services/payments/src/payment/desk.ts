import { type CommandContext, type Executed, isRefusal, type Refusal, refuse } from '@dabba/event-store';
import type { StoreDeps } from '@dabba/service-kit';
import { asRecorded } from '@dabba/tasks';
import { type Intent, type Provider, ProviderAway } from '../provider/port.ts';
import { act, streamsOf } from './act.ts';
import type { PaymentCommand } from './decide.ts';
import { isStray } from './observe.ts';
import { type Payment, paymentRef } from './payment.ts';
import { closeIntent } from './tasks.ts';

type Command = PaymentCommand extends infer C
  ? C extends unknown
    ? Omit<C, 'paymentId' | 'now'>
    : never
  : never;

/** Where tasks and doors act on payments that are there already. */
export interface Desk {
  load(paymentId: string): Promise<Payment>;
  act(paymentId: string, command: Command, context: CommandContext): Promise<Executed<Payment> | Refusal>;
  /** Writes down what follows from the provider's object. One that is nobody's any more is closed. */
  record(intent: Intent, actor: string): Promise<void>;
}

export function deskOf({ store, now }: Pick<StoreDeps, 'store' | 'now'>): Desk {
  const load = async (paymentId: string) => (await store.load(paymentRef(paymentId, ''))).state;

  const desk: Desk = {
    load,
    async act(paymentId, command, context) {
      const known = await load(paymentId);
      if (known === null) return refuse(404, 'payment-unknown', `No payment ${paymentId}`);
      const { metro, customerId } = known;
      const place = { paymentId, metro, customerId };
      return store.transact(
        streamsOf(place),
        (unit) => {
          const done = act(unit, place, { ...command, paymentId, now: context.now });
          return isRefusal(done) ? done : done.state;
        },
        context,
      );
    },
    async record(intent, actor) {
      const { paymentId } = intent;
      if (paymentId === undefined) return;
      const context = { actor, now: now() };
      const payment = await load(paymentId);
      if (payment === null) return;
      if (isStray(payment, intent)) {
        if (intent.status === 'canceled') return;
        const of = { paymentId, metro: payment.metro };
        const closing = closeIntent(of, intent.provider, { intentId: intent.id });
        asRecorded(await store.transact([], (unit) => unit.enqueue(closing), context));
        return;
      }
      asRecorded(await desk.act(paymentId, { do: 'observe', intent }, context));
    },
  };
  return desk;
}

/** The provider of this name. @throws ProviderAway where this process does not know it (any more) */
export function providerNamed(providers: readonly Provider[], name: string): Provider {
  const found = providers.find((provider) => provider.name === name);
  if (!found) throw new ProviderAway(`Nobody here speaks to ${name}`);
  return found;
}
