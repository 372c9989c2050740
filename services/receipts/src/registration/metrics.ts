import type { App, StoreDeps } from '@dabba/service-kit';
import { Gauge } from 'prom-client';
import { queues } from './due.ts';
import { registrationOf } from './start.ts';

const breakerLevel = { closed: 0, 'half-open': 1, open: 2 } as const;

/** How far behind each authority is, asked for at each scrape. */
export function registrationMetrics(app: App, deps: StoreDeps): void {
  const registers = [app.metrics];
  const labelNames = ['authority'] as const;
  const overdue = new Gauge({
    name: 'dabba_registrations_overdue_seconds',
    help: 'By how much the registration that is most overdue is late',
    labelNames,
    registers,
  });
  const refused = new Gauge({
    name: 'dabba_registrations_refused',
    help: 'Registrations refused for good and not reopened',
    labelNames,
    registers,
  });
  new Gauge({
    name: 'dabba_registrations_due',
    help: 'Registrations not yet answered for good',
    labelNames,
    registers,
    async collect() {
      const names = registrationOf(deps).authorities.map(({ name }) => name);
      // The database may be away; the breakers are still worth telling.
      for (const queue of await queues(deps.pool, names).catch(() => [])) {
        const { authority } = queue;
        this.set({ authority }, queue.due);
        overdue.set({ authority }, queue.overdueSeconds);
        refused.set({ authority }, queue.refused);
      }
    },
  });
  new Gauge({
    name: 'dabba_authority_breaker_state',
    help: '0 closed, 1 half open, 2 open',
    labelNames,
    registers,
    collect() {
      for (const { authority, breaker } of registrationOf(deps).running)
        this.set({ authority }, breakerLevel[breaker()]);
    },
  });
}
