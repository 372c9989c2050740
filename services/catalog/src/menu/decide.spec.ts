import { decider } from '@dabba/testing/decider';
import { describe, it } from 'vitest';
import { decideMenu } from './decide.ts';
import { type MenuEvent, menuStream } from './menu.ts';

const menu = decider(menuStream, decideMenu);
const now = Date.UTC(2026, 10, 20);
const menuId = 'mnu_1';
const as = { name: 'Lunch', active: true, outletIds: [] };
const begin = { do: 'begin', menuId, vendorId: 'vnd_1', as, now } as const;
const hide = { do: 'change', menuId, to: { active: false }, now } as const;
const defined = (active: boolean): MenuEvent => ({
  type: 'MenuDefined',
  data: { menuId, vendorId: 'vnd_1', ...as, active, definedAt: now },
});

describe('a menu', () => {
  it('begins once, and is hidden once', () => {
    menu
      .given([])
      .when(begin)
      .then([defined(true)]);
    menu
      .given([defined(true)])
      .when(begin)
      .thenRefused('menu-exists');
    menu
      .given([defined(true)])
      .when(hide)
      .then([defined(false)]);
    menu
      .given([defined(false)])
      .when(hide)
      .thenNothing();
    menu.given([]).when(hide).thenRefused('menu-unknown');
  });
});
