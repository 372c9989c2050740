import { type Principal, Problem, requireMetro, type StoreDeps } from '@dabba/service-kit';
import { type PickList, pickListRef } from './pick-list.ts';

/**
 * The list a request names, of a metro its caller acts in; kitchen staff see their own kitchen's.
 * @throws Problem 404 `pick-list-unknown`, 403 `other-metro`, 403 `other-kitchen`
 */
export async function knownList(
  { store }: Pick<StoreDeps, 'store'>,
  principal: Principal,
  id: string,
): Promise<{ list: NonNullable<PickList>; metro: string }> {
  const { state: list } = await store.load(pickListRef(id, ''));
  const [made] = list === null ? [] : await store.history(id, 0, 1);
  if (list === null || made === undefined)
    throw new Problem({ status: 404, code: 'pick-list-unknown', detail: `No pick list ${id}` });
  requireMetro(principal, made.meta.metro);
  const { kitchenId } = principal;
  if (kitchenId !== undefined && kitchenId !== list.kitchenId)
    throw new Problem({
      status: 403,
      code: 'other-kitchen',
      detail: `You work for ${kitchenId}, not for ${list.kitchenId}`,
    });
  return { list, metro: made.meta.metro };
}
