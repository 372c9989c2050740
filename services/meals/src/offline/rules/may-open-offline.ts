import type { Instant } from '@dabba/contracts';
import type { ColdChain } from '../../fridge/cold-chain.ts';
import { maintenanceWindow } from '../../fridge/maintenance.ts';
import { mayOpen } from '../../fridge/may-open.ts';
import { priceNow } from '../../fridge/price.ts';
import type { Sensor } from '../../fridge/sensor.ts';
import type { OfflinePolicy } from './policy.ts';
import { brokenRules, type OfflineRule, type OfflineSale, type Terms } from './terms.ts';

/** What a fridge knows of itself. */
export interface FridgeKnowledge {
  fridgeId: string;
  /** Folded from its own thermometer, by the same rules as in the cloud. */
  cold: ColdChain;
  sensor: Sensor;
  /** Told to stay shut. */
  locked: boolean;
  /** Meal ids of the tags inside. */
  inside: ReadonlySet<string>;
  /** Sales it decided by itself, a day of them at least. */
  sales: readonly OfflineSale[];
  /** The latest time it ever wrote down: a clock behind it was set back. */
  latest: Instant;
}

/** What somebody before the door asks for. */
export interface Wish {
  /** Of a token that was checked. */
  customerId: string;
  /** Meal ids. */
  meals: readonly string[];
  now: Instant;
}

export type NotOffline =
  | 'no-policy'
  | 'foreign-policy'
  | 'clock-behind'
  | 'maintenance-window'
  | 'fridge-locked'
  | 'sensor-silent'
  | 'unknown-inside'
  | 'unsafe-inside'
  | 'nothing-asked'
  | 'meal-not-here'
  | 'policy-expired'
  | 'customer-denied'
  | 'customer-limit'
  | 'fridge-limit';

export type OfflineVerdict =
  | {
      open: true;
      /** What is paid for each meal asked for. */
      prices: { mealId: string; price: number; currency: string }[];
      /** The time it was decided at. */
      at: Instant;
    }
  | { open: false; because: NotOffline };

/** Milliseconds the fridge's clock may be behind the one that dated its policy. */
const clockTolerance = 60_000;

/** Whether a fridge that can ask nobody opens its door for these meals. Pure; what is not known to be safe is not. */
export function mayOpenOffline(
  policy: OfflinePolicy | undefined,
  fridge: FridgeKnowledge,
  wish: Wish,
): OfflineVerdict {
  if (policy === undefined) return refused('no-policy');
  if (policy.fridge_id !== fridge.fridgeId) return refused('foreign-policy');
  // A clock that was set back would make food and policy younger, and hide what the thermometer says.
  if (wish.now < fridge.latest || wish.now < policy.issued_at - clockTolerance)
    return refused('clock-behind');
  const at = Math.max(wish.now, policy.issued_at);
  if (isMaintained(policy, at)) return refused('maintenance-window');
  if (fridge.locked) return refused('fridge-locked');
  const unfit = mayOpen(fridge, fridge.sensor, policy.cold, at);
  if (unfit !== undefined) return refused(unfit.code === 'sensor-silent' ? 'sensor-silent' : 'fridge-locked');
  const listed = new Map(policy.meals.map((meal) => [meal.meal_id, meal]));
  for (const id of fridge.inside) {
    const meal = listed.get(id);
    if (meal === undefined) return refused('unknown-inside');
    if (meal.blocked === true || at >= meal.expires_at) return refused('unsafe-inside');
  }
  const asked = [...new Set(wish.meals)];
  if (asked.length === 0) return refused('nothing-asked');
  const prices = asked.flatMap((mealId) => {
    const meal = fridge.inside.has(mealId) ? listed.get(mealId) : undefined;
    if (meal === undefined) return [];
    const price = priceNow(meal.price, meal.expires_at, at, policy.markdown);
    return [{ mealId, price, currency: meal.currency }];
  });
  if (prices.length < asked.length) return refused('meal-not-here');
  const { customerId } = wish;
  const [broken] = brokenRules(termsOf(policy), policy.deny.includes(customerId), fridge.sales, {
    customerId,
    amounts: prices.map(({ price }) => price),
    at,
  });
  return broken === undefined ? { open: true, prices, at } : refused(named[broken]);
}

export function termsOf({ valid_until: validUntil, limits }: OfflinePolicy): Terms {
  return { validUntil, perCustomer: limits.per_customer, perFridgeHour: limits.per_fridge_hour };
}

function isMaintained({ maintenance }: OfflinePolicy, at: Instant): boolean {
  return (
    maintenance !== undefined && maintenanceWindow({ maintenance, zone: maintenance.zone }, at) !== undefined
  );
}

const named = {
  POLICY_UNKNOWN: 'no-policy',
  POLICY_EXPIRED: 'policy-expired',
  CUSTOMER_DENIED: 'customer-denied',
  CUSTOMER_LIMIT: 'customer-limit',
  FRIDGE_LIMIT: 'fridge-limit',
} as const satisfies Record<OfflineRule, NotOffline>;

function refused(because: NotOffline): OfflineVerdict {
  return { open: false, because };
}
