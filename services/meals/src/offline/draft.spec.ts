import { generateKeyPair } from 'jose';
import { beforeAll, expect, it } from 'vitest';
import { needsPolicy, type PolicyDraft } from './draft.ts';
import { offlineLimitsOf } from './limits.ts';
import { signPolicy, usualColdRules } from './rules/index.ts';

const hour = 3_600_000;
const noon = Date.UTC(2026, 10, 20, 12);
const maxAge = 12 * hour;
const meal = (meal_id: string) => ({
  meal_id,
  sku: 'dal',
  price: 850,
  currency: 'USD',
  expires_at: noon + 8 * hour,
});
const draft: PolicyDraft = {
  fridge_id: 'f1',
  metro: 'sfo',
  limits: offlineLimitsOf({}).limits,
  deny: ['cus_bad'],
  meals: [meal('m1'), meal('m2')],
  cold: usualColdRules,
  identity: { issuer: 'i', audience: 'a', keys: [{ kty: 'RSA' }] },
};
let latest: string;
beforeAll(async () => {
  const { privateKey: key } = await generateKeyPair('EdDSA', { crv: 'Ed25519' });
  const times = { issued_at: noon, valid_until: noon + maxAge };
  latest = await signPolicy({ ...draft, ...times, version: 1 }, { kid: 'k', key });
});

it.each([
  ['none yet', () => needsPolicy(null, draft, maxAge, noon), true],
  ['nothing changed', () => needsPolicy(latest, draft, maxAge, noon + 3 * hour - 1), false],
  ['no longer young', () => needsPolicy(latest, draft, maxAge, noon + 3 * hour), true],
  ['another maximum age', () => needsPolicy(latest, draft, 6 * hour, noon), true],
  [
    'a customer denied',
    () => needsPolicy(latest, { ...draft, deny: ['cus_bad', 'cus_x'] }, maxAge, noon),
    true,
  ],
  ['a customer allowed', () => needsPolicy(latest, { ...draft, deny: [] }, maxAge, noon), true],
  ['a meal sold', () => needsPolicy(latest, { ...draft, meals: [meal('m2')] }, maxAge, noon), false],
  [
    'a meal more',
    () => needsPolicy(latest, { ...draft, meals: [...draft.meals, meal('m3')] }, maxAge, noon),
    true,
  ],
  [
    'a meal recalled',
    () =>
      needsPolicy(latest, { ...draft, meals: [meal('m1'), { ...meal('m2'), blocked: true }] }, maxAge, noon),
    true,
  ],
  [
    'other limits',
    () =>
      needsPolicy(
        latest,
        { ...draft, limits: offlineLimitsOf({ offline: { perCustomer: { meals: 1 } } }).limits },
        maxAge,
        noon,
      ),
    true,
  ],
  [
    'keys of identity rolled over',
    () => needsPolicy(latest, { ...draft, identity: { ...draft.identity, keys: [] } }, maxAge, noon),
    true,
  ],
])('a fridge needs another policy or not: %s', (_, asked, needed) => {
  expect(asked()).toBe(needed);
});

it('a metro changes what it names and keeps the rest', () => {
  expect(offlineLimitsOf({})).toEqual({
    maxAge,
    limits: { per_customer: { amount: 3_000, meals: 3 }, per_fridge_hour: { amount: 20_000, meals: 20 } },
  });
  expect(offlineLimitsOf({ offline: { maxAge: 2, perFridgeHour: { meals: 5 } } })).toEqual({
    maxAge: 2 * hour,
    limits: { per_customer: { amount: 3_000, meals: 3 }, per_fridge_hour: { amount: 20_000, meals: 5 } },
  });
});
