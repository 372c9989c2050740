import { type EventMeta, factHash } from '@dabba/contracts';

const hash = /^[0-9a-f]{64}$/;

/** The fact's place in its device's chain of hashes; undefined where the device keeps none. What is no hash follows from nothing. */
export function chainOf(message: object): EventMeta['chain'] {
  if (!('prev' in message)) return undefined;
  const { prev } = message;
  return {
    hash: factHash(message),
    prev: typeof prev === 'string' && hash.test(prev) ? prev : 'malformed',
  };
}
