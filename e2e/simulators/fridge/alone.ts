import {
  customerOf,
  mayOpenOffline,
  type NotOffline,
  type OfflinePolicy,
  verifyPolicy,
} from '@dabba/meals/offline';
import type { JSONWebKeySet } from 'jose';
import type { Fact, Hands } from './fact.ts';
import type { Recorder } from './recorder.ts';

export type Served =
  | { open: true; facts: Fact[] }
  | { open: false; because: NotOffline | 'online' | 'door-in-use' | 'token-refused' };

export interface AloneOptions {
  fridgeId: string;
  /** Public keys put in when the fridge was set up; nothing else makes a policy one. */
  pinned: JSONWebKeySet;
  recorder: Recorder;
  now(): number;
}

/** What a fridge decides without anybody: by its policy, its own thermometer and its own journal. */
export class Alone {
  readonly #options: AloneOptions;
  #isServing = false;

  constructor(options: AloneOptions) {
    this.#options = options;
  }

  /** @param seen what the antenna makes of the hands that were let in */
  async serve(token: string, wanted: readonly string[], seen: () => Hands): Promise<Served> {
    if (this.#isServing) return { open: false, because: 'door-in-use' };
    this.#isServing = true;
    try {
      return await this.#serve(token, wanted, seen);
    } finally {
      this.#isServing = false;
    }
  }

  /** Undefined: none that is signed by a pinned key and for this fridge. */
  async policy(jws = this.#options.recorder.memory.policy): Promise<OfflinePolicy | undefined> {
    if (jws === undefined) return undefined;
    const { pinned, fridgeId } = this.#options;
    const policy = await verifyPolicy(jws, pinned).catch(() => undefined);
    return policy?.fridge_id === fridgeId ? policy : undefined;
  }

  /** A newer policy takes the place of the older one. */
  async believe(message: { policy?: unknown }): Promise<void> {
    if (typeof message.policy !== 'string') return;
    const policy = await this.policy(message.policy);
    const known = await this.policy();
    if (policy === undefined || policy.version <= (known?.version ?? 0)) return;
    this.#options.recorder.write({ policy: message.policy, cold: policy.cold });
  }

  async #serve(token: string, meals: readonly string[], seen: () => Hands): Promise<Served> {
    const { fridgeId, recorder, now } = this.#options;
    const policy = await this.policy();
    if (policy === undefined) return { open: false, because: 'no-policy' };
    const customerId = await customerOf(token, policy, now()).catch(() => undefined);
    if (customerId === undefined) return { open: false, because: 'token-refused' };
    // Looked at when all else is known: what is decided on is what is written next.
    const { warmth, inside, locked, sales, latest, boot, seq } = recorder.memory;
    const known = { fridgeId, ...warmth, inside, locked, sales, latest };
    const verdict = mayOpenOffline(policy, known, { customerId, meals, now: now() });
    if (!verdict.open) return verdict;
    const { taken = [], added = [] } = seen();
    const of = { customer_id: customerId, session_id: `${fridgeId}-${boot}-${seq + 1}` };
    const sold = taken.map((meal_id) => {
      // More than was asked for goes out as well, since the door is open.
      const shown = verdict.prices.find(({ mealId }) => mealId === meal_id);
      const { price = 0, currency = '' } =
        shown ?? policy.meals.find((meal) => meal.meal_id === meal_id) ?? {};
      const known = { offline: true, temperature_safe: true, policy: String(policy.version) };
      return { type: 'meal_sold' as const, data: { meal_id, ...of, price, currency, ...known } };
    });
    const back = added.map((meal_id) => ({ type: 'meal_stocked' as const, data: { meal_id } }));
    return { open: true, facts: recorder.observe([...sold, ...back], verdict.at) };
  }
}
