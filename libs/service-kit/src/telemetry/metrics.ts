import type { FastifyInstance } from 'fastify';
import { collectDefaultMetrics, Histogram, Registry } from 'prom-client';
import type { Parts } from '../process/parts.ts';
import { gauges } from './gauges.ts';

/** Milliseconds from one look at the event loop's delay to the next, each of which wakes the process; 10 where nothing is said. */
const eventLoopMonitoringPrecision = 50;

/** `/metrics` for Prometheus: HTTP durations, the process itself, and how far behind every part of the service is. */
export function serveMetrics(app: FastifyInstance, service: string, parts: Parts): void {
  const registry = new Registry();
  registry.setDefaultLabels({ service });
  collectDefaultMetrics({ register: registry, eventLoopMonitoringPrecision });
  app.decorate('metrics', registry);
  const durations = new Histogram({
    name: 'dabba_http_request_duration_seconds',
    help: 'Time from request to answer',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 3, 10],
    registers: [registry],
  });
  const set = gauges(registry);

  app.addHook('onResponse', (request, reply, done) => {
    const route = request.routeOptions.url ?? 'none';
    durations.observe({ method: request.method, route, status: reply.statusCode }, reply.elapsedTime / 1000);
    done();
  });
  app.get('/metrics', { config: { public: true }, schema: { hide: true } }, async (_request, reply) => {
    const consumers = parts.consumers.map((consumer) => consumer.status());
    // The database may be away; everything else is still worth telling.
    const tasks = await parts.tasks?.status().catch(() => undefined);
    set({ consumers, tasks, relay: parts.relay?.status() });
    return reply.type(registry.contentType).send(await registry.metrics());
  });
}
