import { RetryAfter } from '@dabba/tasks';
import { type RegistrarSettings, usual } from '../registrar.ts';

/** As usual, for tests: who has waited for seconds in life waits for tenths. */
export const hasty: RegistrarSettings = {
  ...usual,
  idle: 20,
  gather: 10,
  grace: 300,
  breaker: { failures: 5, successes: 2, reset: 300 },
  delay: (_failed, error) => (error instanceof RetryAfter ? error.seconds * 1000 : 50),
};

/** Of an authority that is known to be quick. Milliseconds. */
export const quick = { TIMEOUT: '400', SETTLES: '900' } as const;
