import { defineConfig } from 'vitest/config';
import { LongestFirst } from './vitest.order.ts';

const pure = ['libs/**/*.spec.ts', 'services/**/*.spec.ts'];
const integration = [
  'libs/**/*.int.spec.ts',
  'services/**/*.int.spec.ts',
  'e2e/**/*.journey.ts',
  'e2e/**/*.spec.ts',
];
/** They replace modules, change the environment, look at all traces or end servers: a process each. */
const alone = [
  'e2e/{faults,city}/**/*.spec.ts',
  'e2e/journeys/{door-ceiling,watched}.journey.ts',
  'libs/{cli,kafka,stack}/**/*.int.spec.ts',
  'libs/event-store/src/trace.int.spec.ts',
  'libs/service-kit/src/telemetry/*.int.spec.ts',
  'services/receipts/src/archive/**/*.int.spec.ts',
];
const elsewhere = ['**/node_modules/**'];
const onStack = {
  globalSetup: 'libs/stack/src/testing/global-setup.ts',
  // Real servers on a shared machine stall now and then; what is broken fails twice, and a second try is reported.
  retry: 1,
};

export default defineConfig({
  test: {
    pool: 'forks',
    maxWorkers: 2,
    sequence: { sequencer: LongestFirst },
    testTimeout: 60_000,
    hookTimeout: 120_000,
    // Stopping servers and removing their data takes longer than vitest's ten seconds on a busy machine.
    teardownTimeout: 30_000,
    // What services under test have to say is asked for: LOG_LEVEL=info npx vitest run …
    env: { LOG_LEVEL: process.env.LOG_LEVEL ?? 'fatal' },
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: pure,
          exclude: ['**/*.int.spec.ts', ...elsewhere],
          // Pure, so nothing of a file is left for the next one; most of their time would go into reading the same modules.
          isolate: false,
        },
      },
      { extends: true, test: { name: 'alone', include: alone, exclude: elsewhere, ...onStack } },
      {
        extends: true,
        test: {
          name: 'stack',
          include: integration,
          exclude: [...alone, ...elsewhere],
          ...onStack,
          // Each file closes what it opens: the next one finds the modules read, which would take as long as many a test.
          isolate: false,
        },
      },
    ],
  },
});
