import type { App, StoreDeps } from '@dabba/service-kit';
import { Gauge } from 'prom-client';
import { type Queue, queues } from './due.ts';
import { registrationOf } from './start.ts';

const breakerLevel = { closed: 0, 'half-open': 1, open: 2 } as const;

/** How far behind each authority is, asked for at each scrape. */
export function registrationMetrics(app: App, deps: StoreDeps): void {
  const look = scraped(() => {
    const names = registrationOf(deps).authorities.map(({ name }) => name);
    // The database may be away; the breakers are still worth telling.
    return queues(deps.pool, names).catch(() => []);
  });
  const gauge = (name: string, help: string, values: () => Promise<[authority: string, value: number][]>) =>
    new Gauge({
      name: `dabba_${name}`,
      help,
      labelNames: ['authority'],
      registers: [app.metrics],
      async collect() {
        for (const [authority, value] of await values()) this.set({ authority }, value);
      },
    });
  const ofQueue = (value: (queue: Queue) => number) => async () =>
    (await look()).map((queue): [string, number] => [queue.authority, value(queue)]);

  gauge(
    'registrations_due',
    'Registrations not yet answered for good',
    ofQueue(({ due }) => due),
  );
  gauge(
    'registrations_refused',
    'Registrations refused for good and not reopened',
    ofQueue(({ refused }) => refused),
  );
  gauge(
    'registrations_overdue_seconds',
    'By how much the registration that is most overdue is late',
    ofQueue(({ overdueSeconds }) => overdueSeconds),
  );
  gauge('authority_breaker_state', '0 closed, 1 half open, 2 open', async () =>
    registrationOf(deps).running.map(({ authority, breaker }) => [authority, breakerLevel[breaker()]]),
  );
}

/** One question for all gauges of a scrape, which are collected at once. */
function scraped<T>(ask: () => Promise<T>): () => Promise<T> {
  let asking: Promise<T> | undefined;
  return () => {
    asking ??= ask().finally(() => {
      asking = undefined;
    });
    return asking;
  };
}
