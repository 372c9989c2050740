import { defineService, run } from '@dabba/service-kit';
import { seenEvents } from './read-model.ts';
import { watchCommits } from './watch-commits.ts';

/** Another service: its own process, its own database, a read model of what meals decides. */
let taken: number[] = [];

await run(
  defineService({
    name: 'bench-reader',
    port: { variable: 'BENCH_READER_PORT', fallback: 5090 },
    streams: [],
    readModels: [seenEvents],
    routes(app, { pool }) {
      watchCommits(pool, 'seen_events', (milliseconds) => taken.push(milliseconds));
      app.get('/latencies', { config: { public: true } }, async () => {
        const until = taken;
        taken = [];
        return until;
      });
    },
  }),
);
