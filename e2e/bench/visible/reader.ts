import { commits } from '@dabba/projections';
import { defineService, run } from '@dabba/service-kit';
import { seenEvents } from './read-model.ts';

/** Of each event how long after its decision the transaction that wrote its row was committed, in milliseconds. */
let taken: number[] = [];

commits.on('batch', ({ consumer, events }) => {
  if (consumer !== seenEvents.name) return;
  const now = performance.timeOrigin + performance.now();
  for (const { meta } of events) taken.push(now - meta.time);
});

/** Another service: its own process, its own database, a read model of what meals decides. */
await run(
  defineService({
    name: 'bench-reader',
    port: { variable: 'BENCH_READER_PORT', fallback: 5090 },
    streams: [],
    readModels: [seenEvents],
    routes(app) {
      app.get('/latencies', { config: { public: true } }, async () => {
        const until = taken;
        taken = [];
        return until;
      });
    },
  }),
);
