import type { Event, Instant } from '@dabba/contracts';
import { fridgeAlert } from '../fridge/alerts.ts';
import { type Denied, wasDenied } from './denied.ts';
import type { Offline, OfflineEvent } from './offline.ts';
import { brokenRules } from './rules/index.ts';

/** A sale that a fridge says it made by itself. */
export interface ToldSale {
  fridgeId: string;
  mealId: string;
  customerId: string;
  /** Minor units. */
  price: number;
  currency: string;
  /** Version of the policy it names. */
  policy: string | null;
  at: Instant;
  /** The meal is the customer's, who pays for it. */
  charged: boolean;
}

/**
 * Compares a sale with the policy it was made under, by the rules the fridge had to ask. It happened and stands (B5);
 * what broke a rule raises an alarm. Nothing but the fridge's own story decides, so a journal told again, late or in
 * pieces comes to the same.
 */
export function reconcile(
  offline: Offline,
  denied: Denied,
  { at, ...sale }: ToldSale,
): { offline: OfflineEvent[]; alerts: Event<'FridgeAlertRaised'>[] } {
  const { fridgeId, mealId, customerId, policy, price } = sale;
  const terms = offline.policies.find(({ version }) => String(version) === policy);
  const isDenied = terms !== undefined && wasDenied(denied, customerId, terms.denyVersion);
  const broken = brokenRules(terms, isDenied, offline.sales, { customerId, amounts: [price], at });
  const policyAgeMillis = terms === undefined ? null : Math.max(0, at - terms.issuedAt);
  const detail = `Meal ${mealId} was sold offline beyond policy ${policy ?? 'none'}: ${broken.join(', ')}`;
  return {
    offline: [{ type: 'OfflineSaleReconciled', data: { ...sale, policyAgeMillis, broken, soldAt: at } }],
    alerts: broken.length > 0 ? [fridgeAlert(fridgeId, 'OFFLINE_POLICY_BROKEN', detail, mealId, at)] : [],
  };
}
