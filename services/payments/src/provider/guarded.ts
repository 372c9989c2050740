import { type Breaker, BreakerOpen } from '@dabba/tasks';
import { type Provider, ProviderAway } from './port.ts';

/**
 * Seconds. Who is turned away comes back when the breaker lets a trial through, within so many: not all at once, and not before, or
 * whatever waits for a provider that is away for an hour would be taken up and put down again thousands of times a minute.
 */
const spread = 5;

type Outcome<T> = { done: T } | { refused: unknown };

/**
 * The provider behind a breaker (S2-CB-01): only its being away counts as a failure, and while the breaker is open it is away
 * without being called.
 */
export function guarded(provider: Provider, breaker: Breaker): Provider {
  async function behind<T>(work: () => Promise<T>): Promise<T> {
    let outcome: Outcome<T>;
    try {
      outcome = await breaker.run(async (): Promise<Outcome<T>> => {
        try {
          return { done: await work() };
        } catch (refused) {
          if (refused instanceof ProviderAway) throw refused;
          return { refused };
        }
      });
    } catch (error) {
      if (!(error instanceof BreakerOpen)) throw error;
      const retryAfter = Math.max(1, Math.ceil(error.wait / 1_000)) + spread * Math.random();
      throw new ProviderAway(error.message, { cause: error, retryAfter });
    }
    if ('refused' in outcome) throw outcome.refused;
    return outcome.done;
  }
  return {
    name: provider.name,
    keyLifetime: provider.keyLifetime,
    create: (wish, key) => behind(() => provider.create(wish, key)),
    amend: (id, to, key) => behind(() => provider.amend(id, to, key)),
    confirm: (id, method, key) => behind(() => provider.confirm(id, method, key)),
    capture: (id, amount, key) => behind(() => provider.capture(id, amount, key)),
    cancel: (id, key) => behind(() => provider.cancel(id, key)),
    refund: (wish, key) => behind(() => provider.refund(wish, key)),
    retrieve: (id, brief) => behind(() => provider.retrieve(id, brief)),
    find: (paymentId, since) => behind(() => provider.find(paymentId, since)),
    saveMethod: (customerId, method, known) => behind(() => provider.saveMethod(customerId, method, known)),
    notices: (since) => behind(() => provider.notices(since)),
    readNotice: (raw, headers) => provider.readNotice(raw, headers),
    made: (from, to) => provider.made(from, to),
  };
}
