import type { StoreDeps } from '@dabba/service-kit';
import { decidePrincipal } from '../principal/decide.ts';
import { principalRef } from '../principal/principal.ts';
import { type Hasher, hasher } from '../secrets/hashing.ts';
import { findSecret, keepSecret } from '../secrets/secrets.ts';
import { Agreement } from './agreement.ts';
import {
  credentialOf,
  type DemoCredential,
  readSecrets,
  secretOf,
  writeCredentials,
} from './credentials-file.ts';
import { type DemoPrincipal, demoPrincipals } from './plan.ts';

export interface SeedReport {
  principals: number;
  /** Of them, those that were new. */
  registered: number;
  /** Secrets set because there was none, or another one than in the file. */
  secretsSet: number;
}

/**
 * Registers everybody of the demo city and keeps their credentials in `file`. Run again, nothing changes. The file is
 * written before the database, which follows it: either may be lost and comes back in agreement.
 * @param progress told how many of how many are done
 */
export async function seedIdentity(
  deps: Pick<StoreDeps, 'region' | 'store' | 'db' | 'now'>,
  file: string,
  progress: (done: number, of: number) => void = () => {},
): Promise<SeedReport> {
  const principals = demoPrincipals(deps.region);
  const known = await readSecrets(file);
  const entries = principals.map((principal) => ({ principal, credential: credentialOf(principal, known) }));
  const credentials = entries.map(({ credential }) => credential);
  await writeCredentials(file, credentials);

  const agreed = new Agreement(deps.db, file);
  const unchanged = await agreed.holds(credentials);
  const hashes = hasher(2, entries.length);
  let done = 0;
  const outcomes = await Promise.all(
    entries.map(async ({ principal, credential }) => {
      const registered = await register(deps, principal);
      const secretSet = !unchanged && (await followFile(deps, hashes, principal.id, credential));
      done += 1;
      progress(done, entries.length);
      return { registered, secretSet };
    }),
  );
  if (!unchanged) await agreed.keep(credentials);
  return {
    principals: entries.length,
    registered: outcomes.filter((outcome) => outcome.registered).length,
    secretsSet: outcomes.filter((outcome) => outcome.secretSet).length,
  };
}

async function register(
  { store, region, now }: Pick<StoreDeps, 'region' | 'store' | 'now'>,
  principal: DemoPrincipal,
): Promise<boolean> {
  const [firstMetro] = region.metros;
  if (!firstMetro) throw new Error(`Region ${region.region} serves no metro`);
  const { id, kind, roles, metro, ids } = principal;
  const at = now();
  const outcome = await store.execute(
    principalRef(id, metro ?? firstMetro.id),
    (state) =>
      decidePrincipal(state, {
        do: 'register',
        id,
        kind,
        roles,
        metro,
        ...(ids.kitchen_id !== undefined && { kitchenId: ids.kitchen_id }),
        ...(ids.fridge_id !== undefined && { fridgeId: ids.fridge_id }),
        ...(ids.customer_id !== undefined && { customerId: ids.customer_id }),
        ...(ids.courier_id !== undefined && { courierId: ids.courier_id }),
        ...(ids.vendor_id !== undefined && { vendorId: ids.vendor_id }),
        at,
      }),
    { actor: 'seed', now: at },
  );
  if (outcome.refused) throw new Error(`Cannot register ${id}: ${outcome.detail}`);
  return outcome.position !== undefined;
}

async function followFile(
  { db }: Pick<StoreDeps, 'db'>,
  hashes: Hasher,
  principalId: string,
  credential: DemoCredential,
): Promise<boolean> {
  const { login, secret, kind } = secretOf(credential);
  const stored = await findSecret(db, login, kind);
  if (stored && (await hashes.verify(stored.hash, secret))) return false;
  await keepSecret(db, { principalId, login, kind, hash: await hashes.hash(secret) });
  return true;
}
