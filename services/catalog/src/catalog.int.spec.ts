import { verify } from '@dabba/projections';
import { until } from '@dabba/testing';
import { Topics } from '@dabba/testing/topics';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { itemRef } from './item/item.ts';
import { catalogRows } from './read-models/catalog-rows.ts';
import { outOfStock } from './read-models/out-of-stock.ts';
import { World } from './spec/world.ts';

let world: World;

beforeAll(async () => {
  world = await World.open('catalog', 2);
  for (const replica of [0, 1])
    await until(
      `replica ${replica} has read all`,
      async () =>
        (await world.get('/api/v1/vendors/vnd_abc123/menu', undefined, replica)).body?.items?.length === 2,
      { within: 45_000 },
    );
});
afterAll(() => world?.close());

const merchant = { roles: ['merchant'], claims: { vendor_id: 'vnd_abc123' } };
const stranger = { roles: ['merchant'], claims: { vendor_id: 'vnd_sfo_dosa' } };

describe('the seeded sample', () => {
  it('S2-ORD-01 S2-ORD-02 S2-VEN-02 S2-VEN-03 S2-VEN-04 has the vendor, truck, items and tax of the sample', async () => {
    const vendor = await world.get('/api/v1/vendors/vnd_abc123');
    expect(vendor.body).toMatchObject({ name: 'Taco Loco Express', status: 'APPROVED', auto_accept: true });
    const { body: trucks } = await world.get('/api/v1/vendors/vnd_abc123/trucks');
    expect(trucks.items).toMatchObject([
      {
        id: 'trk_xyz789',
        location: { latitude: 37.7749, longitude: -122.4194, campus: 'SF HQ' },
        open_now: { open: true, campus: 'SF HQ' },
      },
    ]);
    const { body: menu } = await world.get('/api/v1/vendors/vnd_abc123/menu');
    expect(menu.items).toMatchObject([
      { id: 'itm_drink001', name: 'Horchata', price: 3, modifiers: [] },
      { id: 'itm_taco001', name: 'Street Taco', price: 4.5, version: 1 },
    ]);
    const options = (
      menu.items[1].modifiers as { id: string; options: { id: string; price: number }[] }[]
    ).map(({ id, options }) => [id, options.map((option) => option.id)]);
    expect(Object.fromEntries(options)).toMatchObject({
      protein: expect.arrayContaining(['carnitas']),
      salsa: expect.arrayContaining(['verde']),
      extras: expect.arrayContaining(['guacamole', 'sour_cream']),
    });
    for (const path of ['vnd_none', 'vnd_none/menu', 'vnd_none/trucks'])
      expect((await world.get(`/api/v1/vendors/${path}`)).status, path).toBe(404);
    const { body: rates } = await world.get('/api/v1/tax-rates');
    expect(rates.items).toContainEqual(
      expect.objectContaining({
        jurisdiction: 'us-ca-sf',
        now: expect.objectContaining({ rate_ppm: 85_000 }),
      }),
    );
  });

  it('S2-VEN-01 lists vendors of the caller’s metro by campus, words and whether they are open', async () => {
    const ids = async (query: string, caller?: object) =>
      (await world.get(`/api/v1/vendors${query}`, { roles: ['customer'], ...caller })).body.items.map(
        ({ id }: { id: string }) => id,
      );
    expect(await ids('')).toEqual(['vnd_abc123', 'vnd_sfo_bowl', 'vnd_sfo_dosa']);
    expect(await ids('', { claims: { metro: 'nyc' } })).toEqual(['vnd_nyc_bowl', 'vnd_nyc_dosa']);
    expect(await ids('?campus=SF%20HQ&open_now=true')).toEqual(['vnd_abc123']);
    expect(await ids('?q=dosa')).toEqual(['vnd_sfo_dosa']);
    const first = await world.get('/api/v1/vendors?limit=2');
    expect(first.body.items).toHaveLength(2);
    // S2-CCH-02: whose metro it is of says the token, so no cache between may give it to somebody else.
    expect(first.headers.get('cache-control')).toContain('private');
    expect((await world.get('/api/v1/vendors/vnd_abc123')).headers.get('cache-control')).toContain('public');
    expect(await ids(`?limit=2&cursor=${first.body.next_cursor}`)).toEqual(['vnd_sfo_dosa']);
    expect((await world.get('/api/v1/vendors?metro=nyc')).status).toBe(403);
  });
});

describe('a menu item', () => {
  it('S4-API-03 is changed by its merchant, against the version that was seen', async () => {
    const { headers, body } = await world.get('/api/v1/menu/items/itm_taco001');
    const seen = headers.get('etag') ?? '';
    expect(seen).toBe(`"${body.version}"`);
    const patch = (price: number, caller: object, tag = seen) =>
      world.call(
        'PATCH',
        '/api/v1/menu/items/itm_taco001',
        { price },
        { ...caller, headers: { 'if-match': tag } },
      );
    expect((await patch(5, stranger)).body).toMatchObject({ status: 403, code: 'other-vendor' });
    expect((await patch(5, { roles: ['customer'] })).status).toBe(403);
    const changed = await patch(4.75, merchant);
    expect(changed.body).toMatchObject({ price: 4.75, version: body.version + 1 });
    expect(changed.headers.get('etag')).toBe(`"${body.version + 1}"`);
    expect((await patch(9, merchant)).body).toMatchObject({ status: 412, code: 'version-changed' });
    expect((await patch(4.755, merchant, '*')).body).toMatchObject({ status: 422, code: 'amount-too-fine' });
    expect((await world.get('/api/v1/menu/items/itm_taco001')).body.price).toBe(4.75);
  });

  it('S2-CCH-02 a change is visible in every replica within a second, and the tag of the menu changes with it', async () => {
    const menu = (replica: number, headers = {}) =>
      world.get('/api/v1/vendors/vnd_abc123/menu', { roles: ['customer'], headers }, replica);
    const before = await menu(1);
    const etag = before.headers.get('etag') ?? '';
    expect(before.headers.get('cache-control')).toContain('max-age=1');
    expect((await menu(1, { 'if-none-match': etag })).status).toBe(304);
    const { body } = await world.call('PATCH', '/api/v1/menu/items/itm_drink001', { price: 3.25 }, merchant);
    const own = await menu(0);
    expect(own.body.items[0]).toMatchObject({ price: 3.25, version: body.version });
    const other = await until(
      'the other replica shows it',
      async () => {
        const answer = await menu(1, { 'if-none-match': etag });
        return answer.status === 200 && answer;
      },
      { within: 1_000 },
    );
    expect(other.body.items[0]).toMatchObject({ price: 3.25, version: body.version });
  });

  it('S4-NFR-01 reads come from memory: the hit ratio is a metric', async () => {
    for (let read = 0; read < 20; read++) await world.get('/api/v1/vendors/vnd_sfo_dosa/menu');
    const metrics = await (await fetch(`${world.replicas[0]?.url}/metrics`)).text();
    const count = (result: string) =>
      Number(
        new RegExp(`dabba_catalog_reads_total\\{document="menu",result="${result}"[^}]*\\} (\\d+)`).exec(
          metrics,
        )?.[1],
      );
    expect(count('hit') / (count('hit') + count('miss'))).toBeGreaterThan(0.8);
  });

  it('S2-VEN-05 is put on a menu, and taken off', async () => {
    const made = await world.call(
      'POST',
      '/api/v1/menu/items',
      { menu_id: 'mnu_abc123', name: 'Elote', price: 3.5, recipe: [{ stock_item_id: 'corn', quantity: 1 }] },
      merchant,
    );
    expect(made.status).toBe(201);
    const path = `/api/v1/menu/items/${made.body.id}`;
    expect((await world.get(path)).body).toMatchObject({ currency: 'USD', version: 1, station: 'main' });
    expect((await world.call('DELETE', path, undefined, stranger)).status).toBe(403);
    expect((await world.call('DELETE', path, undefined, merchant)).status).toBe(200);
    expect((await world.get(path)).status).toBe(404);
    const alien = { menu_id: 'mnu_sfo_dosa', name: 'Alien', price: 1 };
    expect((await world.call('POST', '/api/v1/menu/items', alien, merchant)).status).toBe(403);
  });
});

describe('a vendor', () => {
  it('S2-VEN-06 applies, is approved, sells, and sells no more once suspended', async () => {
    const applied = await world.call(
      'POST',
      '/api/v1/vendors',
      { name: 'New Noodles', phone: '+1 415 555 0100' },
      { roles: ['merchant'] },
    );
    expect(applied.body).toMatchObject({ status: 'APPLIED', metro: 'sfo', phone: '+1 415 555 0100' });
    const { id } = applied.body;
    const own = { roles: ['merchant'], claims: { vendor_id: id } };
    const ringing = { phone: '+1 415 555 0199' };
    expect((await world.call('PATCH', `/api/v1/vendors/${id}`, ringing, own)).body).toMatchObject(ringing);
    expect((await world.get(`/api/v1/vendors/${id}`)).body).toMatchObject({
      ...ringing,
      name: 'New Noodles',
    });
    expect((await world.call('PATCH', `/api/v1/vendors/${id}`, { phone: 'ring me' }, own)).status).toBe(400);
    const store = await world.call('POST', `/api/v1/vendors/${id}/stores`, { name: 'Corner' }, own);
    expect(store.status).toBe(201);
    const hours = {
      hours: [1, 2, 3, 4, 5, 6, 7].map((day) => ({ day_of_week: day, opens: '00:00', closes: '00:00' })),
    };
    expect((await world.call('PUT', `/api/v1/stores/${store.body.id}/hours`, hours, own)).status).toBe(200);
    const open = async () => (await world.get(`/api/v1/stores/${store.body.id}/open`)).body;
    expect(await open()).toMatchObject({ open: false, why_closed: 'VENDOR_NOT_APPROVED' });
    expect((await world.call('POST', `/api/v1/vendors/${id}/approve`, undefined, own)).status).toBe(403);
    expect((await world.call('POST', `/api/v1/vendors/${id}/approve`)).body.status).toBe('APPROVED');
    expect(await open()).toMatchObject({ open: true });
    const closed = { reason: 'No gas', until: new Date(Date.now() + 3_600_000).toISOString() };
    expect((await world.call('POST', `/api/v1/stores/${store.body.id}/close`, closed, own)).status).toBe(200);
    expect(await open()).toMatchObject({ open: false, why_closed: 'CLOSED_FOR_NOW', opens_at: closed.until });
    expect((await world.call('POST', `/api/v1/stores/${store.body.id}/reopen`, undefined, own)).status).toBe(
      200,
    );
    expect(
      (await world.call('POST', `/api/v1/vendors/${id}/suspend`, { reason: 'Rats' })).body,
    ).toMatchObject({
      status: 'SUSPENDED',
      reason: 'Rats',
    });
    expect((await open()).open).toBe(false);
  });

  it('S4-SVC-07 says whether a store delivers to a place', async () => {
    const at = (latitude: number, longitude: number) =>
      world.get(`/api/v1/stores/sto_sfo_dosa/delivery?latitude=${latitude}&longitude=${longitude}`);
    expect((await at(37.78, -122.42)).body).toEqual({
      delivers: true,
      zone: 'Nearby',
      fee: 3.99,
      minimum: 15,
    });
    expect((await at(37.9, -122.42)).body.delivers).toBe(false);
  });
});

describe('stores and trucks', () => {
  it('S4-API-01 are listed for the caller’s metro: by words, whether they are open, and where they deliver', async () => {
    const ids = async (query: string, caller?: object) =>
      (await world.get(`/api/v1/${query}`, { roles: ['customer'], ...caller })).body.items.map(
        ({ id }: { id: string }) => id,
      );
    expect(await ids('trucks?campus=SF%20HQ&open_now=true')).toEqual(['trk_xyz789']);
    expect(await ids('trucks?campus=SF%20HQ&open_now=false')).toEqual([]);
    expect(await ids('stores?q=dosa')).toEqual(['sto_sfo_dosa']);
    expect(await ids('stores?latitude=37.78&longitude=-122.42')).toContain('sto_sfo_dosa');
    expect(await ids('stores?latitude=37.9&longitude=-122.42')).toEqual([]);
    expect(await ids('stores', { claims: { metro: 'nyc' } })).toEqual(['sto_nyc_bowl', 'sto_nyc_dosa']);
    const { body: all } = await world.get('/api/v1/stores');
    const { body: one } = await world.get('/api/v1/stores?limit=1');
    const { body: rest } = await world.get(`/api/v1/stores?cursor=${one.next_cursor}`);
    expect([...one.items, ...rest.items]).toEqual(all.items);
    expect(all.items[0]).toMatchObject({
      kind: 'STORE',
      vendor_name: expect.any(String),
      open_now: { open: true },
    });
    expect((await world.get('/api/v1/stores?latitude=37.78')).status).toBe(400);
    expect((await world.get('/api/v1/stores?metro=nyc')).status).toBe(403);
  });

  it('S4-SVC-03 S2-CCH-02 show what is sold out there in every replica within a second, and that it is back', async () => {
    const [replica] = world.replicas;
    if (!replica) throw new Error('no replica');
    const recipe = [{ stock_item_id: 'stk_corn', quantity: 2 }];
    const elote = { menu_id: 'mnu_abc123', name: 'Elote', price: 3.5, recipe };
    const { id } = (await world.call('POST', '/api/v1/menu/items', elote, merchant)).body;
    const topics = new Topics(replica.deps);
    const known = { outletId: 'trk_xyz789', stockItemId: 'stk_corn', vendorId: 'vnd_abc123' };
    const stream = 'stock:trk_xyz789:stk_corn';
    const shown = async (path: string, at: number) => {
      const { items } = (await world.get(path, undefined, at)).body;
      return items.find((item: { id: string }) => item.id === id)?.sold_out;
    };
    const atTruck = '/api/v1/trucks/trk_xyz789/menu';
    const seen = (soldOut: boolean) =>
      until(
        `sold_out is ${soldOut}`,
        async () => (await shown(atTruck, 0)) === soldOut && (await shown(atTruck, 1)) === soldOut,
        { within: 1_000 },
      );
    try {
      await until('it is on the menu', async () => (await shown(atTruck, 1)) === false);
      await topics.say('StockOut', stream, { ...known, byHand: true, reason: 'dropped', outAt: Date.now() });
      await seen(true);
      expect(await shown('/api/v1/vendors/vnd_abc123/menu', 0)).toBeUndefined();
      expect(await shown('/api/v1/vendors/vnd_abc123/menu?outlet_id=trk_other', 0)).toBe(false);
      const salt = { ...known, stockItemId: 'stk_salt' };
      await topics.say('StockOut', 'stock:trk_xyz789:stk_salt', {
        ...{ ...salt, byHand: false, reason: null, outAt: Date.now() },
      });
      await topics.say('StockBack', stream, { ...known, available: 3, backAt: Date.now() });
      await seen(false);
    } finally {
      await topics.close();
      await world.call('DELETE', `/api/v1/menu/items/${id}`, undefined, merchant);
    }
  });
});

describe('while Kafka is away', () => {
  it('S4-SVC-14 a replica that starts serves the menus of before, and what is changed through it', async () => {
    const path = '/api/v1/menu/items/itm_taco001';
    const deps = world.replicas[0]?.deps;
    if (!deps) throw new Error('no replica');
    const { version } = await deps.store.load(itemRef('itm_taco001', 'sfo'));
    const before = await until('its replicas and the read model know the last of it', async () => {
      const rows = await deps.db('catalog_rows').where({ id: 'itm_taco001', version });
      const seen = await world.get(path);
      return rows.length === 1 && seen.body.version === version && seen;
    });
    const alone = await world.start({ KAFKA_BROKERS: 'localhost:1' });
    try {
      const onMenu = async () => {
        const { body } = await world.get('/api/v1/trucks/trk_xyz789/menu', undefined, alone.url);
        return body.items.find(({ id }: { id: string }) => id === 'itm_taco001');
      };
      expect(await onMenu()).toMatchObject({ version, price: before.body.price });
      const out = await world.call('PATCH', path, { available: false }, merchant, alone.url);
      expect(out.status).toBe(200);
      expect(await onMenu()).toMatchObject({ version: out.body.version, available: false });
    } finally {
      await alone.stop();
    }
  });
});

it('P7 the read models equal the folds of their topics', async () => {
  const deps = world.replicas[0]?.deps;
  if (!deps) throw new Error('no replica');
  const { kafka, registry, pool, log } = deps;
  const rows = async (model: Parameters<typeof verify>[0]) => {
    const report = await verify(model, { kafka, registry, pool, log });
    expect(report).toMatchObject({ equal: true });
    return report.rows;
  };
  expect(await rows(catalogRows)).toBeGreaterThan(10);
  expect(await rows(outOfStock)).toBe(1);
});
