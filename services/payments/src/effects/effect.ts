import type { StoreDeps } from '@dabba/service-kit';
import { GiveUp, outsideCall, RetryAfter, type TaskHandler, type TaskRun } from '@dabba/tasks';
import type { Parts } from '../parts.ts';
import { providerNamed } from '../payment/desk.ts';
import type { Paying, Payment } from '../payment/payment.ts';
import { parseTask } from '../payment/tasks.ts';
import { type Intent, type Provider, ProviderAway, ProviderRefused } from '../provider/port.ts';

interface Effect<N extends string> {
  name: string;
  /** It moves no money, so that one too many is a call for nothing. */
  harmless?: true;
  /** It asks for another sum. */
  amends?: true;
  /** What its payload holds besides the payment's id. */
  needs: readonly N[];
  /** Whether the payment's state still asks for it. */
  isWanted(payment: Paying, task: Record<N, string>): boolean;
  /** Does it under a key made of our own ids: however often it is tried, it happens once. */
  call(provider: Provider, payment: Paying, task: Record<N | 'paymentId', string>): Promise<Intent>;
  /** How it looks at the provider; undefined: it was never done there. Only asked past the key's lifetime. */
  lookUp?(
    provider: Provider,
    payment: Paying,
    task: Record<N | 'paymentId', string>,
  ): Promise<Intent | undefined>;
  /** What an error means besides trying again; true: it is dealt with. */
  onError?(error: unknown, payment: Paying, task: Record<N | 'paymentId', string>): Promise<boolean>;
}

/** A call to the payment's provider as a durable task (T1, T2): state asks for it, the object is what is recorded. */
export function effect<N extends string>(
  { now }: Pick<StoreDeps, 'now'>,
  { desk, providers, secrets }: Pick<Parts, 'desk' | 'providers' | 'secrets'>,
  { name, harmless, amends, needs, isWanted, call, lookUp, onError }: Effect<N>,
): TaskHandler<Record<N | 'paymentId', string>> {
  return {
    name,
    parse: (payload) => parseTask<N | 'paymentId'>(payload, 'paymentId', ...needs),
    async run(task, run: TaskRun) {
      let asked: Paying | undefined;
      const providerOf = ({ provider }: Paying) => providerNamed(providers, provider);
      try {
        await outsideCall<Paying, Intent>(
          {
            get keyLifetime() {
              return asked === undefined ? 0 : providerOf(asked).keyLifetime;
            },
            async intent() {
              const wanted = (payment: Payment) => (payment && isWanted(payment, task) ? payment : undefined);
              // Whose call repeated does no harm may believe that it is wanted, but not that it is not.
              asked = harmless ? wanted(await desk.recall(task.paymentId)) : undefined;
              asked ??= wanted(await desk.load(task.paymentId));
              return asked;
            },
            call: (payment) => call(providerOf(payment), payment, task),
            lookUp: async (payment) => lookUp?.(providerOf(payment), payment, task),
            record(intent) {
              secrets.keep(intent.id, intent.clientSecret);
              return desk.record(intent, `task:${name}`, amends);
            },
          },
          run,
          now(),
        );
      } catch (error) {
        if (asked && (await onError?.(error, asked, task))) return;
        throw asLater(error);
      }
    },
  };
}

/** Honours what the provider, or its breaker, says of when to come back; what it refuses is for people to look at. */
export function asLater(error: unknown): unknown {
  if (error instanceof ProviderRefused) return new GiveUp(`${error.code}: ${error.message}`);
  return error instanceof ProviderAway && error.retryAfter !== undefined
    ? new RetryAfter(error.retryAfter, error.message)
    : error;
}
