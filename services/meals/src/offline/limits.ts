import type { Metro } from '@dabba/contracts';
import type { OfflinePolicy } from './rules/index.ts';

/** Of a metro that says nothing else, in `offline` of deploy/regions. Hours, minor units and meals. */
const usual = {
  maxAge: 12,
  perCustomer: { amount: 3_000, meals: 3 },
  perFridgeHour: { amount: 20_000, meals: 20 },
};

/** What may be lost at most, and for how long (milliseconds). */
export function offlineLimitsOf({ offline = {} }: Pick<Metro, 'offline'>): {
  maxAge: number;
  limits: OfflinePolicy['limits'];
} {
  return {
    maxAge: (offline.maxAge ?? usual.maxAge) * 3_600_000,
    limits: {
      per_customer: { ...usual.perCustomer, ...offline.perCustomer },
      per_fridge_hour: { ...usual.perFridgeHour, ...offline.perFridgeHour },
    },
  };
}
