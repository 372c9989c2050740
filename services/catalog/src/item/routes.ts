import { metroOf, newId } from '@dabba/contracts';
import { refuse } from '@dabba/event-store';
import { type App, principalOf, problemFrom, runCommand } from '@dabba/service-kit';
import { answerWith, change, mayActFor } from '../acting.ts';
import { sendThing } from '../answers.ts';
import { menuRef } from '../menu/menu.ts';
import type { CatalogDeps } from '../parts.ts';
import { IdParams } from '../schemas.ts';
import type { Entry } from '../shelf/entry.ts';
import { changesOf, definitionOf, ItemChanges, NewItem } from './bodies.ts';
import { decideItem, type ItemCommand, unknownItem } from './decide.ts';
import { type Item, itemRef } from './item.ts';
import { ItemView, itemView } from './view.ts';

const tags = ['menu'];

/** Menu items (S2-VEN-05, S4-SVC-01, S4-API-03). */
export function itemRoutes(app: App, deps: CatalogDeps): void {
  const { shelf, store, region } = deps;
  type Request = Parameters<typeof change>[1];
  type Context = Parameters<typeof change>[2];

  app.post(
    '/api/v1/menu/items',
    {
      config: { permission: 'menus:change' },
      schema: { tags, summary: 'Put something on a menu', body: NewItem, response: { 201: ItemView } },
    },
    (request, reply) =>
      runCommand(request, reply, async (context) => {
        const { id: itemId = newId('itm'), menu_id: menuId } = request.body;
        const vendorId = await ownerOf(menuId);
        if (vendorId === undefined) return noMenu(menuId);
        const { metro } = await mayActFor(deps, principalOf(request), vendorId);
        const { currency } = metroOf(region, metro);
        const as = definitionOf(request.body);
        const command = { do: 'add', itemId, vendorId, currency, as, now: context.now } as const;
        return changeItem(request, context, itemRef(itemId, metro), command, 201);
      }),
  );

  app.get(
    '/api/v1/menu/items/:id',
    {
      config: { permission: 'catalog:read' },
      schema: { tags, summary: 'A menu item as of now', params: IdParams, response: { 200: ItemView } },
    },
    async (request, reply) => {
      const { entry, item } = await theItem(request.params.id);
      return sendThing(request, reply, entry.version, itemView(entry, item));
    },
  );

  app.patch(
    '/api/v1/menu/items/:id',
    {
      config: { permission: 'menus:change' },
      schema: {
        tags,
        summary: 'Change a menu item; If-Match says which version was seen',
        params: IdParams,
        body: ItemChanges,
        response: { 200: ItemView },
      },
    },
    (request, reply) =>
      runCommand(request, reply, async (context) => {
        const { id: itemId } = request.params;
        const { item } = await theItem(itemId);
        await mayActFor(deps, principalOf(request), item.vendorId);
        const to = changesOf(request.body);
        if (to.menuId !== undefined && (await ownerOf(to.menuId)) !== item.vendorId) return noMenu(to.menuId);
        return changeItem(request, context, itemRef(itemId), { do: 'change', itemId, to, now: context.now });
      }),
  );

  app.delete(
    '/api/v1/menu/items/:id',
    {
      config: { permission: 'menus:change' },
      schema: {
        tags,
        summary: 'Take it off the menu for good',
        params: IdParams,
        response: { 200: ItemView },
      },
    },
    (request, reply) =>
      runCommand(request, reply, async (context) => {
        const { id: itemId } = request.params;
        const { item } = await theItem(itemId);
        await mayActFor(deps, principalOf(request), item.vendorId);
        return changeItem(request, context, itemRef(itemId), { do: 'remove', itemId, now: context.now });
      }),
  );

  function changeItem(
    request: Request,
    context: Context,
    ref: ReturnType<typeof itemRef>,
    command: ItemCommand,
    status = 200,
  ) {
    return change(deps, request, context, {
      ref,
      entries: shelf.items,
      decide: (item: Item) => decideItem(item, command),
      answer({ state, version }) {
        if (state === null) throw new Error(`${ref.id} is nothing after a command on it`);
        const location = status === 201 ? `/api/v1/menu/items/${ref.id}` : undefined;
        return answerWith(status, version, itemView(ref, state), location);
      },
    });
  }

  /** From memory; what is not there may have been made a moment ago elsewhere, so the store is asked then. 404. */
  async function theItem(id: string) {
    const kept: Entry<Item> | undefined = shelf.items.get(id);
    const entry = kept ?? { id, ...(await store.load(itemRef(id))) };
    const item = entry.state;
    if (item === null || item.removed) throw problemFrom(unknownItem(id));
    return { entry, item };
  }

  async function ownerOf(menuId: string): Promise<string | undefined> {
    return (await store.load(menuRef(menuId))).state?.vendorId;
  }
}

function noMenu(menuId: string) {
  return refuse(422, 'menu-unknown', `This vendor has no menu ${menuId}`, { pointer: '/menu_id' });
}
