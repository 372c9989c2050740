import { newId } from '@dabba/contracts';
import { type App, principalOf, problemFrom, runCommand } from '@dabba/service-kit';
import { type Static, Type } from 'typebox';
import { answerWith, change, mayActFor } from '../acting.ts';
import type { CatalogDeps } from '../parts.ts';
import { closed, Id, IdParams, Name } from '../schemas.ts';
import { decideMenu, type MenuCommand, unknownMenu } from './decide.ts';
import { type Menu, menuRef } from './menu.ts';

const Outlets = Type.Array(Id, { maxItems: 500, description: 'Where it is sold; empty: everywhere' });
const NewMenu = Type.Object(
  {
    id: Type.Optional(Id),
    name: Name,
    active: Type.Optional(Type.Boolean()),
    outlet_ids: Type.Optional(Outlets),
  },
  closed,
);
const Changes = Type.Object(
  { name: Type.Optional(Name), active: Type.Optional(Type.Boolean()), outlet_ids: Type.Optional(Outlets) },
  { ...closed, minProperties: 1 },
);
export const MenuView = Type.Object({
  id: Id,
  vendor_id: Id,
  name: Type.String(),
  active: Type.Boolean(),
  outlet_ids: Outlets,
});

export function menuView(id: string, menu: NonNullable<Menu>): Static<typeof MenuView> {
  const { vendorId, name, active, outletIds } = menu;
  return { id, vendor_id: vendorId, name, active, outlet_ids: [...outletIds] };
}

/** Menus hold items together: for lunch, for one truck (S2-DAT-04). */
export function menuRoutes(app: App, deps: CatalogDeps): void {
  const { store, shelf } = deps;
  const tags = ['menu'];

  app.post(
    '/api/v1/vendors/:id/menus',
    {
      config: { permission: 'menus:change' },
      schema: { tags, summary: 'Begin a menu', params: IdParams, body: NewMenu, response: { 201: MenuView } },
    },
    (request, reply) =>
      runCommand(request, reply, async (context) => {
        const { id: vendorId } = request.params;
        const { metro } = await mayActFor(deps, principalOf(request), vendorId);
        const { id: menuId = newId('mnu'), name, active = true, outlet_ids: outletIds = [] } = request.body;
        const command = {
          do: 'begin',
          menuId,
          vendorId,
          as: { name, active, outletIds },
          now: context.now,
        } as const;
        return changeMenu(request, context, menuRef(menuId, metro), command, 201);
      }),
  );

  app.patch(
    '/api/v1/menus/:id',
    {
      config: { permission: 'menus:change' },
      schema: {
        tags,
        summary: 'Change a menu, or hide it',
        params: IdParams,
        body: Changes,
        response: { 200: MenuView },
      },
    },
    (request, reply) =>
      runCommand(request, reply, async (context) => {
        const { id: menuId } = request.params;
        const { state } = await store.load(menuRef(menuId));
        if (state === null) throw problemFrom(unknownMenu(menuId));
        await mayActFor(deps, principalOf(request), state.vendorId);
        const { outlet_ids: outletIds, ...rest } = request.body;
        const to = { ...rest, ...(outletIds && { outletIds }) };
        return changeMenu(request, context, menuRef(menuId), { do: 'change', menuId, to, now: context.now });
      }),
  );

  function changeMenu(
    request: Parameters<typeof change>[1],
    context: Parameters<typeof change>[2],
    ref: ReturnType<typeof menuRef>,
    command: MenuCommand,
    status = 200,
  ) {
    return change(deps, request, context, {
      ref,
      entries: shelf.menus,
      decide: (menu: Menu) => decideMenu(menu, command),
      answer({ state, version }) {
        if (state === null) throw new Error(`${ref.id} is nothing after a command on it`);
        return answerWith(status, version, menuView(ref.id, state));
      },
    });
  }
}
