import type { StoreDeps } from '@dabba/service-kit';
import { type Breaker, bounded, delayAfter, makeBreaker, RetryAfter } from '@dabba/tasks';
import type { Authority } from '../authorities/port.ts';
import type { Pace } from '../giving-way/pace.ts';
import { Signal } from '../judging/signal.ts';
import { type Asked, ask } from './ask.ts';
import { bucketsOf } from './buckets.ts';
import { type Claimed, claim, putOff } from './due.ts';
import type { Record } from './record.ts';
import { suspectsOf } from './suspects.ts';

/** Times in milliseconds. */
export interface RegistrarSettings {
  /** Requests to an authority at once. */
  lanes: number;
  /** Between looks at an empty queue. */
  idle: number;
  /** For which receipts gather after a look that found fewer than a request holds. */
  gather: number;
  /** What a lease has on top of two requests and their settling. */
  grace: number;
  breaker: { failures: number; successes: number; reset: number };
  /** Until the next attempt after so many failed ones. */
  delay(failed: number, error: unknown): number;
  /** One for each authority: how long to rest after a claim that found something. */
  pace(): Pace;
}

export const usual: RegistrarSettings = {
  lanes: 4,
  idle: 200,
  gather: 40,
  grace: 5_000,
  breaker: { failures: 5, successes: 2, reset: 30_000 },
  delay: (failed, error) => delayAfter(failed, error, Math.random()),
  pace: () => () => 0,
};

export interface Registrar {
  authority: string;
  breaker(): ReturnType<Breaker['state']>;
  stop(): Promise<void>;
}

export interface RegistrarDeps extends Pick<StoreDeps, 'pool' | 'log' | 'now'> {
  record: Record;
}

/** Asks one authority for whatever is due until it is stopped. Any number of processes may do so at once. */
export function startRegistrar(
  deps: RegistrarDeps,
  authority: Authority,
  settings: RegistrarSettings = usual,
): Registrar {
  const { pool, log, record, now } = deps;
  const { lanes, idle, gather, grace, delay } = settings;
  const { name, batch, rate, timeout, settles } = authority;
  const pace = settings.pace();
  const breaker = makeBreaker(name, { ...settings.breaker, timeout });
  const buckets = bucketsOf(rate);
  const suspects = suspectsOf<Claimed>(batch, ({ receiptId }) => receiptId);
  const stopping = new AbortController();
  const freed = new Signal();
  const lease = 2 * (timeout + settles) + grace;
  let running = 0;
  /** Of performance.now(). */
  let notBefore = 0;
  let after = '';

  const through = async <T>(request: (signal: AbortSignal) => Promise<T>): Promise<T> => {
    try {
      const answer = await breaker.run(() => bounded(request, stopping.signal, timeout).catch(sentAway));
      if (answer instanceof RetryAfter) throw answer;
      return answer;
    } finally {
      if (breaker.state() === 'open') {
        restUntil(performance.now() + settings.breaker.reset);
        suspects.acquit();
      }
    }
  };
  const restUntil = (time: number) => {
    notBefore = Math.max(notBefore, time);
  };

  async function claimSome(): Promise<Claimed[]> {
    const left = buckets.left(performance.now());
    const wanted = { authority: name, after, most: batch, lease, burst: rate.burst, left };
    const { rows, bare } = await claim(pool, wanted);
    await putOff(pool, name, bare);
    const at = performance.now();
    for (const { clientId } of rows) buckets.take(clientId, 1, at);
    const wasAfter = after;
    after = rows.length < batch ? '' : (rows.at(-1)?.clientId ?? '');
    return rows.length === 0 && wasAfter !== '' ? claimSome() : rows;
  }

  async function handle(rows: readonly Claimed[], leasedUntil: number): Promise<void> {
    const { groups, failed } = suspects;
    const asking = { authority, through, delay, groups, failed, left: () => leasedUntil - performance.now() };
    const asked = await ask(asking, rows);
    if (asked.pause > 0) restUntil(performance.now() + asked.pause);
    tell(asked);
    await Promise.all([
      putOff(pool, name, asked.later),
      ...asked.answered.map(({ row: { receiptId, metro, attempts }, result }) =>
        record({ ...result, receiptId, metro, authority: name, attempts, at: now() }),
      ),
    ]);
  }

  function tell({ later }: Asked): void {
    const [first] = later;
    if (first)
      log.warn({ authority: name, receipts: later.length, because: first.reason }, 'asked again later');
  }

  /** Milliseconds to rest before the next round. */
  async function round(): Promise<number> {
    const rest = notBefore - performance.now();
    if (rest > 0) return rest;
    // One request decides whether the others may go again.
    if (running >= (breaker.state() === 'closed' ? lanes : 1)) return idle;
    // Taken before the claim: the database counts from a little later on.
    const leasedUntil = performance.now() + lease;
    const rows = await claimSome();
    if (rows.length === 0) return idle;
    running += 1;
    const done = handle(rows, leasedUntil)
      .catch((error: unknown) =>
        log.warn({ err: error, authority: name }, 'what an authority answered is looked up again'),
      )
      .finally(() => {
        // Only who waits for a lane is woken: the others let receipts gather.
        if (running >= lanes) freed.give();
        running -= 1;
      });
    ended.add(done);
    void done.then(() => ended.delete(done));
    return Math.max(rows.length < batch ? gather : 0, pace());
  }

  const ended = new Set<Promise<void>>();
  const loop = async () => {
    while (!stopping.signal.aborted) {
      const rest = await round().catch((error: unknown) => {
        log.warn({ err: error, authority: name }, 'the queue of an authority cannot be read');
        return idle;
      });
      if (rest > 0) await freed.wait(rest, stopping.signal);
    }
    await Promise.all(ended);
  };
  const looping = loop();
  return {
    authority: name,
    breaker: () => breaker.state(),
    async stop() {
      stopping.abort(new Error('The service stops'));
      await looping;
    },
  };
}

/** It answered, only not as we would like: no failure of its. */
function sentAway(error: unknown): RetryAfter {
  if (error instanceof RetryAfter) return error;
  throw error;
}
