import type { Event, Events, Instant } from '@dabba/contracts';
import type { StreamRef, StreamType } from '@dabba/event-store';

export type PickListEvent = Event<'PickListMade' | 'PickListShipped' | 'PickListCancelled'>;

/** Meals to pack for fridges; null before it was made. */
export type PickList = null | {
  status: 'OPEN' | 'SHIPPED' | 'CANCELLED';
  kitchenId: string;
  courierId: string | null;
  routeId: string;
  lines: Events['PickListMade']['lines'];
  short: Events['PickListMade']['short'];
  madeAt: Instant;
  /** When it entered its status. */
  since: Instant;
};

export const pickListStream: StreamType<PickList, PickListEvent> = {
  name: 'pick-list',
  revision: 1,
  initial: () => null,
  evolve(list, { type, data }) {
    if (type === 'PickListMade') {
      const { pickListId: _id, ...made } = data;
      return { status: 'OPEN', ...made, since: made.madeAt };
    }
    if (list === null) throw new Error(`${type} of a list that nobody made`);
    switch (type) {
      case 'PickListShipped':
        return { ...list, status: 'SHIPPED', courierId: data.courierId, since: data.shippedAt };
      case 'PickListCancelled':
        return { ...list, status: 'CANCELLED', since: data.cancelledAt };
      default:
        return type satisfies never;
    }
  },
};

export function pickListRef(id: string, metro: string): StreamRef<PickList, PickListEvent> {
  return { type: pickListStream, id, metro };
}

export function mealsOn({
  lines,
}: Pick<NonNullable<PickList>, 'lines'>): { mealId: string; fridgeId: string }[] {
  return lines.flatMap(({ fridgeId, mealIds }) => mealIds.map((mealId) => ({ mealId, fridgeId })));
}
