import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TicketView } from './doors/view.ts';
import { World } from './spec/world.ts';

let world: World;
beforeAll(async () => {
  world = await World.open('kitchen-wishes');
}, 120_000);
afterAll(() => world.close(), 60_000);

const noIce = { special_requests: 'Birthday of Ludmilla', item_requests: { drink: 'No ice for Ludmilla' } };
const asShown = {
  ...{ special_requests: noIce.special_requests, requests_known: true },
  lines: [
    { id: 'taco', choices: ['Verde'] },
    { id: 'drink', special_requests: noIce.item_requests.drink },
  ],
};

describe('X-18 S2-DAT-08 what is wished', () => {
  it('is on the ticket wherever a cook looks, and on no other', async () => {
    const orderId = `ord_${crypto.randomUUID()}`;
    world.orders.wishes.set(orderId, noIce);
    const { at, ticketId } = await world.confirmed({ orderId });
    const other = await world.confirmed();
    expect((await world.call('GET', at)).body).toMatchObject(asShown);
    expect((await world.call('POST', `${at}/lines/drink/bump`, {})).body).toMatchObject(asShown);
    expect((await world.call('POST', `${at}/start`)).body).toMatchObject(asShown);
    const { body: without } = await world.call('GET', other.at);
    expect(without.requests_known).toBe(true);
    expect(JSON.stringify(without)).not.toContain('special_requests');

    const listed = async (query = '') => {
      const { body } = await world.call('GET', `/api/v1/kitchen/outlets/trk_1/tickets${query}`);
      return (body.items as TicketView[]).find(({ id }) => id === ticketId);
    };
    await world.until('it is listed', async () => (await listed()) !== undefined);
    expect(await listed()).toMatchObject(asShown);
    expect((await listed('?station=bar'))?.lines).toMatchObject([asShown.lines[1]]);
  });

  it('S4-CLI-05 comes with what a screen is told, and later where orders was away', async () => {
    const first = `ord_${crypto.randomUUID()}`;
    world.orders.wishes.set(first, noIce);
    const { ticketId } = await world.confirmed({ orderId: first });
    const { told, socket } = await world.screen(await world.feedTicket());
    await world.until('it knows what is there', () => told.length > 0);
    expect(told[0]?.tickets?.find(({ id }) => id === ticketId)).toMatchObject(asShown);

    world.orders.awake = false;
    const second = `ord_${crypto.randomUUID()}`;
    world.orders.wishes.set(second, noIce);
    const next = await world.confirmed({ orderId: second });
    const of = () => told.flatMap(({ ticket }) => (ticket?.id === next.ticketId ? [ticket] : []));
    await world.until('it hears of it all the same', () => of().length > 0);
    expect(of()[0]).toMatchObject({ requests_known: false });
    expect(JSON.stringify(of()[0])).not.toContain('Ludmilla');
    world.orders.awake = true;
    await world.until('it hears what is wished', () => of().at(-1)?.requests_known === true);
    expect(of().at(-1)).toMatchObject(asShown);
    const seqs = told.map(({ seq }) => seq);
    expect(seqs).toEqual(seqs.toSorted((one, each) => one - each));
    socket.close();
  });

  it('G2 is written down nowhere here', async () => {
    const orderId = `ord_${crypto.randomUUID()}`;
    world.orders.wishes.set(orderId, noIce);
    const { at } = await world.confirmed({ orderId });
    const once = { 'idempotency-key': crypto.randomUUID() };
    const start = () => world.call('POST', `${at}/start`, undefined, undefined, once);
    const first = await start();
    expect(first.body).toMatchObject(asShown);
    expect(await start()).toEqual(first);
    const { pool } = world.kitchen.deps;
    const { rows: tables } = await pool.query<{ name: string }>(
      `select format('%I.%I', schemaname, tablename) as name from pg_tables
        where schemaname not in ('pg_catalog', 'information_schema')`,
    );
    const found: string[] = [];
    for (const { name } of tables) {
      const { rows } = await pool.query<{ row: string }>(`select t::text as row from ${name} t`);
      const hex = Buffer.from('Ludmilla').toString('hex');
      if (rows.some(({ row }) => row.includes('Ludmilla') || row.includes(hex))) found.push(name);
    }
    expect(tables.length).toBeGreaterThan(5);
    expect(found).toEqual([]);
  });
});
