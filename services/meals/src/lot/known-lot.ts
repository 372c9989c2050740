import { type Principal, Problem, requireMetro, type StoreDeps } from '@dabba/service-kit';
import { type Lot, lotRef } from './lot.ts';

export interface KnownLot {
  lot: NonNullable<Lot>;
  metro: string;
}

/**
 * The lot a request names, which has to be of a metro its caller acts in.
 * @throws Problem 404 `lot-unknown`, 403 `other-metro`
 */
export async function knownLot(
  { store }: Pick<StoreDeps, 'store'>,
  principal: Principal,
  id: string,
): Promise<KnownLot> {
  const { state: lot } = await store.load(lotRef(id, ''));
  const [made] = lot === null ? [] : await store.history(id, 0, 1);
  if (lot === null || made === undefined)
    throw new Problem({ status: 404, code: 'lot-unknown', detail: `No lot ${id}` });
  requireMetro(principal, made.meta.metro);
  return { lot, metro: made.meta.metro };
}
