import { CircuitState, type IBreaker } from 'cockatiel';

/**
 * When cockatiel's circuit opens: after `failures` in a row. cockatiel closes on the first success; S2-CB-01 wants several, so
 * after that one the circuit is on probation: one failure opens it again until `successes` have been seen.
 */
export class Probation implements IBreaker {
  state: unknown = undefined;
  readonly #failures: number;
  readonly #successes: number;
  #failed = 0;
  #owed = 0;

  constructor({ failures, successes }: { failures: number; successes: number }) {
    this.#failures = failures;
    this.#successes = successes;
  }

  get running(): boolean {
    return this.#owed > 0;
  }

  success(state: CircuitState): void {
    this.#failed = 0;
    if (state === CircuitState.HalfOpen) this.#owed = this.#successes - 1;
    else if (this.#owed > 0) this.#owed -= 1;
  }

  failure(_state: CircuitState): boolean {
    this.#failed += 1;
    const opens = this.#owed > 0 || this.#failed >= this.#failures;
    if (!opens) return false;
    this.#failed = 0;
    this.#owed = 0;
    return true;
  }
}
