import { type Principal, Problem, requireMetro, type StoreDeps } from '@dabba/service-kit';
import { type Fridge, fridgeRef } from '../fridge/fridge.ts';

/**
 * The registered fridge a request names, which has to stand in a metro its caller acts in.
 * @throws Problem 404 `fridge-unknown`, 403 `other-metro`
 */
export async function knownFridge(
  { store }: Pick<StoreDeps, 'store'>,
  principal: Principal,
  id: string,
): Promise<{ fridge: Fridge; metro: string }> {
  const { state: fridge } = await store.load(fridgeRef(id, ''));
  if (fridge.metro === null)
    throw new Problem({ status: 404, code: 'fridge-unknown', detail: `No fridge ${id}` });
  requireMetro(principal, fridge.metro);
  return { fridge, metro: fridge.metro };
}
