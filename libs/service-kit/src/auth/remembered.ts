import { keepNewest } from '@dabba/event-store';
import type { Principal } from '../types.ts';

interface Known {
  principal: Principal;
  /** UTC milliseconds from which it has to be checked again. */
  until: number;
}

export interface Remembered {
  get(token: string, now: number): Principal | undefined;
  /** `expires`: UTC milliseconds. */
  put(token: string, principal: Principal, expires: number, now: number): void;
}

/**
 * A key taken from the set goes on being believed for no longer than this, half of what keys themselves are: checking ten
 * thousand callers' tokens every half minute kept a tenth of the event loop. Milliseconds.
 */
const atMost = 5 * 60_000;

/**
 * Who a token speaks for, once its signature was checked: a caller sends the same one with every request, and RSA was a
 * sixth of what a request costs. As many as there are clients of receipts, and more: where more callers take turns than are
 * remembered, none of them is. Never beyond the token's own expiry; the oldest make room for new ones.
 */
export function remembered(most = 20_000): Remembered {
  const known = new Map<string, Known>();
  return {
    get(token, now) {
      const found = known.get(token);
      if (found === undefined || now < found.until) return found?.principal;
      known.delete(token);
      return undefined;
    },
    put(token, principal, expires, now) {
      keepNewest(known, token, { principal, until: Math.min(expires, now + atMost) }, most);
    },
  };
}
