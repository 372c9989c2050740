import { defineConfig } from 'vitest/config';
import { LongestFirst } from './vitest.order.ts';

const pure = ['libs/**/*.spec.ts', 'services/**/*.spec.ts'];
/** Each file closes what it opens and leaves the process as it was: the next one finds the modules read. */
const tidy = ['services/{catalog,identity,inventory,kitchen,orders,payments}/**/*.int.spec.ts'];
const integration = [
  'libs/**/*.int.spec.ts',
  'services/**/*.int.spec.ts',
  'e2e/**/*.journey.ts',
  'e2e/**/*.spec.ts',
];
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
          exclude: ['**/*.int.spec.ts', '**/node_modules/**'],
          // Pure, so nothing of a file is left for the next one; most of their time would go into reading the same modules.
          isolate: false,
        },
      },
      {
        extends: true,
        test: {
          name: 'stack',
          include: integration,
          exclude: [...tidy, '**/node_modules/**'],
          ...onStack,
        },
      },
      { extends: true, test: { name: 'services', include: tidy, isolate: false, ...onStack } },
    ],
  },
});
