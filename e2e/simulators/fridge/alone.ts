import {
  customerOf,
  mayOpenOffline,
  type NotOffline,
  type OfflinePolicy,
  verifyPolicy,
} from '@dabba/meals/offline';
import type { JSONWebKeySet } from 'jose';
import type { Fact, Hands } from './fact.ts';
import type { Memory } from './memory.ts';

export type Served =
  | { open: true; facts: Fact[] }
  | { open: false; because: NotOffline | 'online' | 'door-in-use' | 'token-refused' };

/** What a fridge decides without anybody: by its policy, its own thermometer and its own journal. */
export class Alone {
  readonly #fridgeId: string;
  readonly #pinned: JSONWebKeySet;

  /** @param pinned public keys put in when the fridge was set up; nothing else makes a policy one */
  constructor(fridgeId: string, pinned: JSONWebKeySet) {
    this.#fridgeId = fridgeId;
    this.#pinned = pinned;
  }

  /** Undefined for what is not signed by a pinned key, or is another fridge's. */
  async policyIn(jws: string | undefined): Promise<OfflinePolicy | undefined> {
    if (jws === undefined) return undefined;
    const policy = await verifyPolicy(jws, this.#pinned).catch(() => undefined);
    return policy?.fridge_id === this.#fridgeId ? policy : undefined;
  }

  /** @param memory as it is when the token has been checked, not before */
  async decide(token: string, meals: readonly string[], memory: () => Memory, now: () => number) {
    const policy = await this.policyIn(memory().policy);
    if (policy === undefined) return { open: false, because: 'no-policy' } as const;
    const customerId = await customerOf(token, policy, now()).catch(() => undefined);
    if (customerId === undefined) return { open: false, because: 'token-refused' } as const;
    const { warmth, inside, locked, sales, latest } = memory();
    const known = { fridgeId: this.#fridgeId, ...warmth, inside, locked, sales, latest };
    const verdict = mayOpenOffline(policy, known, { customerId, meals, now: now() });
    return verdict.open ? { ...verdict, customerId, policy } : verdict;
  }
}

/** What went out, at the prices of the policy: more than was asked for as well, since the door was open. */
export function salesOf(
  { customerId, policy, prices }: { customerId: string; policy: OfflinePolicy; prices: readonly Shown[] },
  { taken = [] }: Hands,
  sessionId: string,
) {
  return taken.map((mealId) => {
    const listed = policy.meals.find(({ meal_id }) => meal_id === mealId);
    const { price = 0, currency = '' } = prices.find((shown) => shown.mealId === mealId) ?? listed ?? {};
    const data = { meal_id: mealId, customer_id: customerId, price, currency, session_id: sessionId };
    const known = { offline: true, temperature_safe: true, policy: String(policy.version) };
    return { type: 'meal_sold' as const, data: { ...data, ...known } };
  });
}

interface Shown {
  mealId: string;
  price: number;
  currency: string;
}
