import { setTimeout as pause } from 'node:timers/promises';
import { batcher } from '@dabba/event-store';
import type { StoreDeps } from '@dabba/service-kit';
import { RetryAfter } from '@dabba/tasks';
import { plain } from '../authorities/answers.ts';
import { Signal } from '../judging/signal.ts';
import { disable, disableFailing, forgetDead } from './disable.ts';
import { type Claimed, claim, type Settled, settle } from './due.ts';
import type { WebhookId } from './endpoint.ts';
import { Gone, senderTo } from './send.ts';
import { type WebhookSettings, waitAfter, webhookSettings } from './settings.ts';
import { signedHeaders } from './signature.ts';

type SenderDeps = Pick<StoreDeps, 'pool' | 'store' | 'log' | 'now' | 'env'>;

/** Milliseconds for which ends and free places gather after a round, so that one statement takes many. */
const gather = 15;
/** Milliseconds that a service which stops waits for answers. */
const patient = 3_000;
/** What a lease has on top of a request, in milliseconds: to record its outcome. */
const grace = 5_000;

/** Sends what is due to whoever wants to hear it, until it is stopped. Any number of processes may do so at once. */
export function startWebhooks(
  deps: SenderDeps,
  settings: WebhookSettings = webhookSettings(deps.env),
): { stop(): Promise<void> } {
  const { pool, log, now } = deps;
  const { idle, sweep, each, all, failures, timeout } = settings;
  const lease = timeout + grace;
  const { send, close } = senderTo(settings);
  const stopping = new AbortController();
  const cutOff = new AbortController();
  const freed = new Signal();
  const busy = new Map<string, number>();
  const underWay = new Set<Promise<void>>();
  let after = '0';
  let sweepAt = 0;

  const settled = batcher<Settled, void>(
    async (outcomes) => {
      await settle(pool, outcomes, settings);
      return outcomes.map(() => ({ ok: true, value: undefined }));
    },
    { most: 500 },
  );

  async function deliver(row: Claimed): Promise<void> {
    const { endpoint, event_id, attempts, url, body } = row;
    const known = { endpoint, event_id, attempts };
    try {
      await send(url, signedHeaders(event_id, body, secretsOf(row, now()), now()), body, cutOff.signal);
      return await settled({ ...known, is: 'delivered' });
    } catch (error) {
      // Cut off by us: its lease ends by itself, and it is sent again.
      if (cutOff.signal.aborted) return;
      if (error instanceof Gone) await disableOne(endpoint, error.message);
      await settled({ ...known, is: 'failed', ...failureOf(row, error, settings) });
    }
  }

  async function disableOne(endpoint: string, reason: string): Promise<void> {
    const { rows } = await pool.query<WebhookId & { metro: string }>(
      'select client, name, metro from webhook_endpoints where id = $1',
      [endpoint],
    );
    for (const one of rows) await disable(deps, one, reason);
  }

  function start(row: Claimed): void {
    busy.set(row.endpoint, (busy.get(row.endpoint) ?? 0) + 1);
    const done = deliver(row)
      .catch((error: unknown) =>
        log.warn({ err: error }, 'a webhook is sent again: its outcome was not kept'),
      )
      .finally(() => {
        const left = (busy.get(row.endpoint) ?? 1) - 1;
        if (left === 0) busy.delete(row.endpoint);
        else busy.set(row.endpoint, left);
        underWay.delete(done);
        freed.give();
      });
    underWay.add(done);
  }

  /** Deliveries taken. */
  async function round(): Promise<number> {
    if (performance.now() >= sweepAt) {
      sweepAt = performance.now() + sweep;
      await disableFailing(deps, settings.patience);
      await forgetDead(deps);
    }
    const most = all - underWay.size;
    if (most < Math.min(all, each)) return 0;
    const rows = await claim(pool, { after, most, lease, each, busy, failures });
    for (const row of rows) start(row);
    const last = rows.reduce(
      (high, { endpoint }) => (Number(endpoint) > Number(high) ? endpoint : high),
      '0',
    );
    const wasAfter = after;
    after = rows.length < most ? '0' : last;
    return rows.length === 0 && wasAfter !== '0' ? round() : rows.length;
  }

  const loop = async () => {
    while (!stopping.signal.aborted) {
      const taken = await round().catch((error: unknown) => {
        log.warn({ err: error }, 'the queue of webhooks cannot be read');
        return 0;
      });
      if (taken > 0) await pause(gather, undefined, { signal: stopping.signal }).catch(() => undefined);
      else await freed.wait(idle, stopping.signal);
    }
    // Most are answered in a moment, and need not be sent twice.
    const late = setTimeout(() => cutOff.abort(new Error('The service stops')), patient);
    await Promise.all(underWay);
    clearTimeout(late);
    await close();
  };
  const looping = loop();
  return {
    async stop() {
      stopping.abort(new Error('The service stops'));
      await looping;
    },
  };
}

function secretsOf({ secrets }: Claimed, now: number): string[] {
  return secrets.flatMap(({ secret, until }) => (until === null || now < Date.parse(until) ? [secret] : []));
}

function failureOf({ attempts, failures }: Claimed, error: unknown, settings: WebhookSettings) {
  const wait = waitAfter(settings, attempts, error);
  const failed = failures + 1;
  const askedFor = error instanceof RetryAfter ? wait : 0;
  const pause = failed < settings.failures ? 0 : settings.delay(failed - settings.failures + 1);
  return { error: plain(messageOf(error)), wait, pause: Math.max(askedFor, pause) };
}

function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.message || error.name;
}
