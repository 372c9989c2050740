import type { Event } from '@dabba/contracts';
import type { StreamRef, StreamType } from '@dabba/event-store';

export type MenuEvent = Event<'MenuDefined'>;

export interface MenuDefinition {
  name: string;
  /** Shown. */
  active: boolean;
  /** Where it is sold; empty: everywhere. */
  outletIds: readonly string[];
}
export type Menu = null | (MenuDefinition & { vendorId: string });

export const menuStream: StreamType<Menu, MenuEvent> = {
  name: 'menu',
  revision: 1,
  initial: () => null,
  evolve: (_, { data: { vendorId, name, active, outletIds } }) => ({ vendorId, name, active, outletIds }),
};

/** @param metro decides the partition of a new menu; ignored for one that is known */
export function menuRef(id: string, metro = ''): StreamRef<Menu, MenuEvent> {
  return { type: menuStream, id, metro };
}
