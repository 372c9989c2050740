import { type Instant, type Metro, metroOf } from '@dabba/contracts';
import type { StoreDeps } from '@dabba/service-kit';
import { asRecorded } from '@dabba/tasks';
import { coldRulesOf } from '../fridge/cold-rules.ts';
import { priceListAt } from '../session/price-list.ts';
import { deniedRef } from './denied.ts';
import { needsPolicy, type PolicyDraft } from './draft.ts';
import { type Identity, identityOf } from './identity-keys.ts';
import { policyKeys } from './keys.ts';
import { offlineLimitsOf } from './limits.ts';
import { listedMeals } from './listed-meals.ts';
import { type OfflineEvent, offlineRef } from './offline.ts';
import { type OfflinePolicy, signPolicy } from './rules/index.ts';

/** Gives a fridge a new policy if it needs one. Does nothing before identity was ever heard: nobody could be told from anybody. */
export type IssuePolicy = (fridgeId: string, metro: string) => Promise<void>;

export function policyIssuer(deps: StoreDeps): IssuePolicy {
  const { store, db, region, env, now } = deps;
  const keys = policyKeys(db, now, env.OFFLINE_POLICY_KEY);
  const identity = identityOf(env, now);
  return async (fridgeId, metroId) => {
    const metro = metroOf(region, metroId);
    const known = await identity();
    if (known === undefined) return;
    const offline = offlineRef(fridgeId, metroId);
    const list = deniedRef(metroId);
    const at = now();
    const [{ state: before }, { state: denied }, meals] = await Promise.all([
      store.load(offline),
      store.load(list),
      listedMeals(db, fridgeId, metro, at),
    ]);
    const deny = Object.keys(denied.denied).sort();
    const draft = draftOf(fridgeId, metro, known, deny, meals, priceListAt(metro, at).markdown);
    const { maxAge } = offlineLimitsOf(metro);
    if (!needsPolicy(before.latest, draft, maxAge, at)) return;
    const times = { issued_at: at, valid_until: at + maxAge };
    const policy: OfflinePolicy = { ...draft, ...times, version: before.version + 1 };
    const jws = await signPolicy(policy, await keys.current());
    const outcome = await store.transact(
      [offline, list],
      (unit) => {
        // Another process was faster, or the list has changed since: the next round looks again.
        if (unit.load(offline).state.version !== before.version) return;
        if (unit.load(list).state.version !== denied.version) return;
        unit.append(offline, [issued(policy, jws, denied.version)]);
      },
      { actor: 'task:issue-policies', now: at },
    );
    asRecorded(outcome);
  };
}

function draftOf(
  fridge_id: string,
  metro: Metro,
  identity: Identity,
  deny: string[],
  meals: OfflinePolicy['meals'],
  markdown: Metro['markdown'],
): PolicyDraft {
  const { limits } = offlineLimitsOf(metro);
  return {
    fridge_id,
    metro: metro.id,
    limits,
    deny,
    meals,
    ...(markdown && { markdown }),
    ...(metro.maintenance && { maintenance: { zone: metro.zone, ...metro.maintenance } }),
    cold: coldRulesOf(metro),
    identity: { ...identity, keys: identity.keys.map((key) => ({ kty: 'RSA', ...key })) },
  };
}

function issued(policy: OfflinePolicy, jws: string, denyVersion: number): OfflineEvent {
  const { fridge_id: fridgeId, version, limits, issued_at, valid_until } = policy;
  const times: { issuedAt: Instant; validUntil: Instant } = { issuedAt: issued_at, validUntil: valid_until };
  return {
    type: 'OfflinePolicyIssued',
    data: {
      fridgeId,
      version,
      denyVersion,
      perCustomer: limits.per_customer,
      perFridgeHour: limits.per_fridge_hour,
      policy: jws,
      ...times,
    },
  };
}
