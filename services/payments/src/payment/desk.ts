import { type CommandContext, type Executed, isRefusal, type Refusal, refuse } from '@dabba/event-store';
import type { StoreDeps } from '@dabba/service-kit';
import { asRecorded } from '@dabba/tasks';
import { type Intent, type Provider, ProviderAway } from '../provider/port.ts';
import { act, type Place, streamsOf } from './act.ts';
import type { PaymentCommand } from './decide.ts';
import { type Payment, paymentRef } from './payment.ts';

/** Of a payment that is named beside it, now. */
export type Command = PaymentCommand extends infer C
  ? C extends unknown
    ? Omit<C, 'paymentId' | 'now'>
    : never
  : never;

/** Where tasks and doors act on payments that are there already. */
export interface Desk {
  load(paymentId: string): Promise<Payment>;
  /** As this process wrote it last, where it remembers that. */
  recall(paymentId: string): Promise<Payment>;
  act(paymentId: string, command: Command, context: CommandContext): Promise<Executed<Payment> | Refusal>;
  /** Writes down what follows from the provider's object. One that is nobody's any more is closed. @param amends it answers to being asked for another sum */
  record(intent: Intent, actor: string, amends?: boolean): Promise<void>;
}

export function deskOf({ store, now }: Pick<StoreDeps, 'store' | 'now'>): Desk {
  const load = async (paymentId: string) => (await store.load(paymentRef(paymentId, ''))).state;

  const recall = async (paymentId: string) =>
    (await store.load(paymentRef(paymentId, ''), { fromMemory: true })).state;

  /** Whose it is and where never changes. */
  async function placeOf(paymentId: string): Promise<Place | undefined> {
    const state = await recall(paymentId);
    return state === null ? undefined : { paymentId, metro: state.metro, customerId: state.customerId };
  }

  const actAt = (place: Place, command: Command, context: CommandContext) =>
    store.transact(
      streamsOf(place),
      (unit) => {
        const done = act(unit, place, { ...command, paymentId: place.paymentId, now: context.now });
        return isRefusal(done) ? done : done.state;
      },
      context,
    );

  return {
    load,
    recall,
    async act(paymentId, command, context) {
      const place = await placeOf(paymentId);
      return place
        ? actAt(place, command, context)
        : refuse(404, 'payment-unknown', `No payment ${paymentId}`);
    },
    async record(intent, actor, amends = false) {
      const { paymentId } = intent;
      const place = paymentId === undefined ? undefined : await placeOf(paymentId);
      if (place) asRecorded(await actAt(place, { do: 'observe', intent, amends }, { actor, now: now() }));
    },
  };
}

/** The provider of this name. @throws ProviderAway where this process does not know it (any more) */
export function providerNamed(providers: readonly Provider[], name: string): Provider {
  const found = providers.find((provider) => provider.name === name);
  if (!found) throw new ProviderAway(`Nobody here speaks to ${name}`);
  return found;
}
