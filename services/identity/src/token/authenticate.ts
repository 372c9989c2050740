import type { PrincipalRegistered } from '@dabba/contracts';
import { type Refusal, refuse, refuseForNow } from '@dabba/event-store';
import type { StoreDeps } from '@dabba/service-kit';
import { BulkheadRejectedError } from 'cockatiel';
import { principalRef } from '../principal/principal.ts';
import type { Hasher } from '../secrets/hashing.ts';
import { findSecret, type SecretKind } from '../secrets/secrets.ts';

export interface Credentials {
  login: string;
  secret: string;
  kind: SecretKind;
}

/**
 * Whose credentials these are. A wrong secret, an unknown login and a login of the other kind get the same refusal
 * after the same work, so that nobody learns which logins exist.
 */
export async function authenticate(
  { db, store }: Pick<StoreDeps, 'db' | 'store'>,
  hashes: Hasher,
  { login, secret, kind }: Credentials,
): Promise<PrincipalRegistered | Refusal> {
  const found = await findSecret(db, login, kind);
  const right = await hashes.verify(found?.hash, secret).catch(tooMany);
  if (right === 'too many')
    return refuseForNow('too-many-logins', 'Too many people are logging in at this moment.');
  if (!found || !right) return wrong();
  const { state } = await store.load(principalRef(found.principalId, ''));
  return state.profile ?? wrong();
}

function wrong(): Refusal {
  return refuse(401, 'invalid-credentials', 'No such login, or another secret belongs to it.');
}

function tooMany(error: unknown): 'too many' {
  if (error instanceof BulkheadRejectedError) return 'too many';
  throw error;
}
