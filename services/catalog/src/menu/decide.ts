import type { Instant } from '@dabba/contracts';
import { type Refusal, refuse } from '@dabba/event-store';
import { same } from '../as-of-now.ts';
import type { Menu, MenuDefinition, MenuEvent } from './menu.ts';

export type MenuCommand = { menuId: string; now: Instant } & (
  | { do: 'begin'; vendorId: string; as: MenuDefinition }
  | { do: 'change'; to: Partial<MenuDefinition> }
);

export function decideMenu(menu: Menu, command: MenuCommand): readonly MenuEvent[] | Refusal {
  const { menuId, now } = command;
  switch (command.do) {
    case 'begin': {
      if (menu !== null) return refuse(409, 'menu-exists', `${menuId} is known already`);
      const data = { menuId, vendorId: command.vendorId, ...command.as, definedAt: now };
      return [{ type: 'MenuDefined', data }];
    }
    case 'change': {
      if (menu === null) return unknownMenu(menuId);
      const after = { ...menu, ...command.to };
      return same(menu, after) ? [] : [{ type: 'MenuDefined', data: { menuId, ...after, definedAt: now } }];
    }
    default:
      return command satisfies never;
  }
}

export function unknownMenu(menuId: string): Refusal {
  return refuse(404, 'menu-unknown', `No menu ${menuId}`);
}
