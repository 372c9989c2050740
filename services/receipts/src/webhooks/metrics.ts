import type { App, StoreDeps } from '@dabba/service-kit';
import { Gauge } from 'prom-client';

interface Levels {
  waiting: number;
  overdue: number;
  dead: number;
  disabled: number;
}

/** How far behind deliveries are, asked for at each scrape. */
export function webhookMetrics(app: App, { pool }: Pick<StoreDeps, 'pool'>): void {
  new Gauge({
    name: 'dabba_webhooks',
    help: 'Deliveries by state, endpoints switched off, and by how many seconds the most overdue is late',
    labelNames: ['is'],
    registers: [app.metrics],
    async collect() {
      const levels = await pool
        .query<Levels>(
          `select (select count(*)::int from webhook_deliveries where dead_at is null) as waiting,
                  (select count(*)::int from webhook_deliveries where dead_at is not null) as dead,
                  (select count(*)::int from webhook_endpoints where status = 'DISABLED') as disabled,
                  greatest(0, extract(epoch from now() - (select min(due_at) from webhook_deliveries
                                                           where dead_at is null)))::float8 as overdue`,
        )
        // The database may be away; the other metrics are still worth telling.
        .catch(() => ({ rows: [] }));
      for (const row of levels.rows)
        for (const [is, value] of Object.entries(row)) this.set({ is }, value ?? 0);
    },
  });
}
