import type { StoreDeps } from '@dabba/service-kit';
import type { Provider } from '../provider/port.ts';
import { askedAt, askedUpTo } from './asked.ts';
import { takeNotices } from './inbox.ts';

/**
 * Milliseconds that are asked for again: clocks differ, and events become visible in no strict order. What came even later
 * reconciliation sees.
 */
const overlap = 2 * 60_000;
/** A new database asks for the last day only. */
const first = 24 * 3_600_000;

/** Asks for events nobody told us of. @returns how many there were */
export async function pollNotices(
  { pool, now }: Pick<StoreDeps, 'pool' | 'now'>,
  { providers }: { providers: readonly Pick<Provider, 'name' | 'notices'>[] },
): Promise<number> {
  let found = 0;
  for (const { name, notices } of providers) {
    const asked = now();
    const last = await askedAt(pool, name);
    const since = last ?? asked - first;
    found += await takeNotices(pool, name, await notices(since - overlap), 'poll');
    await askedUpTo(pool, name, asked);
  }
  return found;
}
