import {
  BrokenCircuitError,
  type CircuitBreakerPolicy,
  CircuitState,
  circuitBreaker,
  handleAll,
} from 'cockatiel';
import { Probation } from './probation.ts';
import type { BreakerSettings } from './types.ts';

/** S2-CB-01 for stripe, okta and fcm; the numbers of the others are our own decision (README). Times in milliseconds. */
export const breakers = {
  stripe: { failures: 5, successes: 3, timeout: 30_000, reset: 60_000 },
  okta: { failures: 3, successes: 2, timeout: 10_000, reset: 30_000 },
  fcm: { failures: 10, successes: 5, timeout: 5_000, reset: 120_000 },
  maps: { failures: 5, successes: 2, timeout: 3_000, reset: 30_000 },
  ses: { failures: 5, successes: 3, timeout: 10_000, reset: 60_000 },
  hr: { failures: 3, successes: 2, timeout: 30_000, reset: 120_000 },
} as const satisfies Record<string, BreakerSettings>;

/** Nothing was called: the dependency failed too often just now. */
export class BreakerOpen extends Error {
  override name = 'BreakerOpen';
  /** Milliseconds until it allows a trial; 0 while one is under way. */
  readonly wait: number;
  constructor(message: string, wait = 0) {
    super(message);
    this.wait = wait;
  }
}

export interface Breaker {
  readonly settings: BreakerSettings;
  state(): 'closed' | 'open' | 'half-open';
  /** Runs `work`; what it throws counts as a failure of the dependency. Throws {@link BreakerOpen} without running it. */
  run<T>(work: () => Promise<T>): Promise<T>;
}

export function makeBreaker(name: string, settings: BreakerSettings): Breaker {
  const probation = new Probation(settings);
  const circuit: CircuitBreakerPolicy = circuitBreaker(handleAll, {
    halfOpenAfter: settings.reset,
    breaker: probation,
  });
  let allowsAt = 0;
  circuit.onBreak(() => {
    allowsAt = Date.now() + settings.reset;
  });
  return {
    settings,
    state() {
      if (circuit.state === CircuitState.Open) return 'open';
      return circuit.state === CircuitState.HalfOpen || probation.running ? 'half-open' : 'closed';
    },
    async run(work) {
      try {
        return await circuit.execute(work);
      } catch (error) {
        if (error instanceof BrokenCircuitError)
          throw new BreakerOpen(`The breaker of ${name} is open`, Math.max(0, allowsAt - Date.now()));
        throw error;
      }
    },
  };
}
