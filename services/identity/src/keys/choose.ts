/** Verifiers may keep the JWKS this long, so a new key signs only after it has been listed for as long. Seconds. */
export const jwksMaxAge = 60;

/** The key to sign with: the newest that every verifier can know by now, else the oldest there is. */
export function chooseKey<K extends { createdAt: number }>(keys: readonly K[], now: number): K | undefined {
  const oldestFirst = keys.toSorted((a, b) => a.createdAt - b.createdAt);
  return oldestFirst.findLast((key) => key.createdAt <= now - jwksMaxAge * 1000) ?? oldestFirst[0];
}

/** Keys whose last token has expired: a younger one has been signing for longer than a token lives. */
export function outlivedKeys<K extends { createdAt: number }>(
  keys: readonly K[],
  now: number,
  tokenSeconds: number,
): K[] {
  const successor = chooseKey(keys, now - tokenSeconds * 1000);
  return successor === undefined ? [] : keys.filter((key) => key.createdAt < successor.createdAt);
}
