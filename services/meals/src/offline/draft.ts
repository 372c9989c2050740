import { canonical, type Instant } from '@dabba/contracts';
import { Value } from 'typebox/value';
import { OfflinePolicy } from './rules/index.ts';

/** A policy before it has a number and times. */
export type PolicyDraft = Omit<OfflinePolicy, 'version' | 'issued_at' | 'valid_until'>;

/** Whether a fridge needs another policy than the one it has: that one says otherwise, or is no longer young. */
export function needsPolicy(
  latest: string | null,
  wanted: PolicyDraft,
  maxAge: number,
  now: Instant,
): boolean {
  const policy = latest === null ? undefined : contentOf(latest);
  if (policy === undefined) return true;
  const { version: _version, issued_at, valid_until, meals, ...terms } = policy;
  if (valid_until - issued_at !== maxAge || now - issued_at >= maxAge / 4) return true;
  const { meals: inside, ...rest } = wanted;
  if (canonical(terms) !== canonical(rest)) return true;
  // Of meals that are gone the fridge knows itself.
  const known = new Set(meals.map(canonical));
  return inside.some((meal) => !known.has(canonical(meal)));
}

/** What a JWS of our own says. Its signature is not looked at: it comes from our own store. */
function contentOf(jws: string): OfflinePolicy | undefined {
  const [, payload = ''] = jws.split('.');
  const policy: unknown = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8'));
  return Value.Check(OfflinePolicy, policy) ? policy : undefined;
}
