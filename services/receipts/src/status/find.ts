import { isUuid } from '@dabba/contracts';
import type { StoreDeps } from '@dabba/service-kit';
import { archiveOf } from '../archive/index.ts';
import { stateOf } from '../archive/read/state.ts';
import { type Found, keptIn } from './kept.ts';

/** A receipt as it is now, also before its first event and after its day was archived; undefined where there is none. */
export async function findReceipt(
  deps: Pick<StoreDeps, 'store' | 'pool' | 'env'>,
  id: string,
): Promise<Found | undefined> {
  if (!isUuid(id)) return undefined;
  const kept = await keptIn(deps)(id);
  if (kept) return kept;
  const archived = await archiveOf(deps).find(id);
  return archived && { receipt: stateOf(archived), waiting: [] };
}
