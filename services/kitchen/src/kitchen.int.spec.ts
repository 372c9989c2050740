import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { merchant, staff, World } from './spec/world.ts';
import { signatureOf } from './webhook/signature.ts';

let world: World;
beforeAll(async () => {
  world = await World.open('kitchen');
}, 120_000);
afterAll(() => world.close(), 60_000);

const post = (path: string, body?: unknown) => world.call('POST', path, body);
const bump = (at: string, lineId: string) => post(`${at}/lines/${lineId}/bump`, {});

describe('X-18 a kitchen', () => {
  it('makes a confirmed order line by line, and hands it over', async () => {
    const { ticketId, at } = await world.confirmed();
    await world.until('it is time to begin', async () => (await world.statusOf(at)) === 'FIRED');
    expect((await post(`${at}/hand-over`)).body.code).toBe('ticket-not-ready');
    expect((await bump(at, 'taco')).body).toMatchObject({
      status: 'STARTED',
      lines: [{ done: true }, { done: false }],
    });
    expect((await bump(at, 'drink')).body.status).toBe('READY');
    expect((await post(`${at}/lines/drink/recall`, {})).body.status).toBe('STARTED');
    expect((await bump(at, 'drink')).body.status).toBe('READY');
    expect((await post(`${at}/hand-over`)).body.status).toBe('HANDED_OVER');
    expect((await post(`${at}/start`)).body.code).toBe('ticket-over');
    expect(await world.typesOf(ticketId)).toEqual([
      ...[
        'TicketOpened',
        'TicketFired',
        'TicketStarted',
        'TicketLineBumped',
        'TicketLineBumped',
        'TicketReady',
      ],
      ...['TicketLineRecalled', 'TicketLineBumped', 'TicketReady', 'TicketHandedOver'],
    ]);
  });

  it('shows its tickets, by station where asked, and counts what is still to be made', async () => {
    const outletId = 'trk_2';
    const { at } = await world.confirmed({ outletId, vendorId: 'vnd_2' });
    await world.confirmed({ outletId, vendorId: 'vnd_2' });
    const get = (path: string) =>
      world.call('GET', `/api/v1/kitchen/outlets/${outletId}/${path}`, undefined, staff('vnd_2'));
    await world.until('both are listed', async () => (await get('tickets')).body.items.length === 2);
    const { body } = await get('tickets?station=bar');
    expect(body.items.map(({ lines }: { lines: unknown[] }) => lines.length)).toEqual([1, 1]);
    const counts = () => get('all-day').then(({ body: { items } }) => items);
    expect(await counts()).toMatchObject([
      { menu_item_id: 'itm_grill', quantity: 4 },
      { menu_item_id: 'itm_bar', quantity: 2 },
    ]);
    await world.call('POST', `${at}/lines/taco/bump`, {}, staff('vnd_2'));
    await world.until('two are made', async () => (await counts())[0].quantity === 2);
    expect((await world.call('GET', at)).status).toBe(403);
    const elsewhere = { roles: ['operations'], claims: { metro: 'nyc' } };
    expect((await world.call('GET', at, undefined, elsewhere)).status).toBe(403);
    expect((await world.call('GET', `/api/v1/kitchen/outlets/${outletId}/tickets`)).status).toBe(403);
    expect((await world.call('GET', '/api/v1/kitchen/outlets/trk_9/tickets')).status).toBe(404);
  });

  it('S2-ORD-04 begins when it is time, and says when more is to be made than it can', async () => {
    const due = await world.confirmed({ estimatedReady: Date.now() + 61_500 });
    expect(await world.statusOf(due.at)).toBe('OPEN');
    await world.until('it is fired', async () => (await world.statusOf(due.at)) === 'FIRED');
    const many = {
      lineId: 'taco',
      itemId: 'itm_grill',
      itemVersion: 1,
      name: 'grill',
      quantity: 20,
      unitPrice: 1,
      total: 20,
    };
    const lines = [{ ...many, choices: [], station: 'grill', prepSeconds: 60, stock: [] }];
    const { ticketId } = await world.confirmed({ lines });
    await world.until('it is estimated', async () =>
      (await world.typesOf(ticketId)).includes('TicketEstimated'),
    );
  });

  it('follows what its vendor says of an order elsewhere, and does not say it again', async () => {
    const { orderId, ticketId, at } = await world.confirmed();
    const turn = { orderId, customerId: 'cus_1', at: Date.now() };
    await world.topics.say('OrderPreparing', orderId, turn);
    await world.topics.say('OrderReady', orderId, turn);
    await world.topics.say('OrderPickedUp', orderId, turn);
    await world.until('it is handed over', async () => (await world.statusOf(at)) === 'HANDED_OVER');
    const types = await world.typesOf(ticketId);
    expect(types.filter((type) => type === 'TicketStarted' || type === 'TicketReady')).toHaveLength(2);
  });

  it('X-01 shows a paid order that its vendor has not taken yet, makes it once it has, and may refuse it', async () => {
    const outletId = 'trk_2';
    const vendor = staff('vnd_2');
    const here = { outletId, vendorId: 'vnd_2' };
    const see = (at: string) => world.call('GET', at, undefined, vendor);
    const [taken, refused, unpaid] = [
      await world.placed(here),
      await world.placed(here),
      await world.placed(here),
    ];
    await world.until('it is known', async () => (await world.typesOf(unpaid.ticketId)).length === 1);
    expect((await see(unpaid.at)).status).toBe(404);
    await taken.paid();
    await refused.paid();
    await world.until('it is shown', async () => (await see(refused.at)).body.status === 'OFFERED');
    const { body } = await world.call('POST', `${taken.at}/start`, undefined, vendor);
    expect(body.code).toBe('ticket-not-accepted');
    const offered = async () =>
      (await see(`/api/v1/kitchen/outlets/${outletId}/tickets?status=OFFERED`)).body.items.map(
        ({ id }: { id: string }) => id,
      );
    await world.until('both are listed', async () => (await offered()).length === 2);
    expect((await offered()).sort()).toEqual([taken.ticketId, refused.ticketId].sort());

    const rejected = await world.call('POST', `${refused.at}/reject`, { reason: 'TOO_BUSY' }, vendor);
    expect(rejected.body.status).toBe('REJECTED');
    await world.confirmed({ ...here, orderId: taken.orderId });
    await world.until('it is to be made', async () =>
      ['OPEN', 'FIRED'].includes((await see(taken.at)).body.status),
    );
    expect((await world.typesOf(taken.ticketId)).slice(0, 3)).toEqual([
      ...['TicketAnnounced', 'TicketOffered', 'TicketOpened'],
    ]);
    const automatic = await world.placed({ ...here, autoAccept: true });
    await automatic.paid();
    await world.confirmed({ ...here, orderId: automatic.orderId });
    expect((await world.typesOf(automatic.ticketId))[0]).toBe('TicketOpened');
  });

  it('stops when the order is cancelled, and says so when it cannot make it', async () => {
    const { orderId, at } = await world.confirmed();
    const gone = {
      orderId,
      customerId: 'cus_1',
      vendorId: 'vnd_1',
      was: 'CONFIRMED',
      reason: 'CUSTOMER' as const,
      detail: null,
    };
    await world.topics.say('OrderCancelled', orderId, { ...gone, cancelledAt: Date.now() });
    await world.until('it is cancelled', async () => (await world.statusOf(at)) === 'CANCELLED');
    const other = await world.confirmed();
    expect((await post(`${other.at}/reject`, { reason: 'OUT_OF_STOCK' })).body).toMatchObject({
      status: 'REJECTED',
      rejected: 'OUT_OF_STOCK',
    });
    expect((await post(`${other.at}/reject`, { reason: 'for Mr X' })).status).toBe(400);
  });

  it('kitchen on LAN: takes what screens said while they were alone, in any order and twice', async () => {
    const { ticketId: ticket_id, at } = await world.confirmed();
    const word = (line_id: string, what: string, seconds: number) => ({
      ...{ ticket_id, line_id, what, at: new Date(Date.now() - 60_000 + seconds * 1000).toISOString() },
    });
    const words = [
      word('taco', 'bump', 3),
      word('drink', 'bump', 2),
      word('taco', 'recall', 1),
      word('taco', 'bump', 3),
    ];
    const stray = { ...word('taco', 'bump', 1), ticket_id: 'tkt_none' };
    const { body } = await post('/api/v1/kitchen/outlets/trk_1/words', { words: [...words, stray] });
    expect(body.outcomes.map(({ outcome }: { outcome: string }) => outcome)).toEqual([
      ...words.map(() => 'taken'),
      'ticket-unknown',
    ]);
    expect(await world.statusOf(at)).toBe('READY');
    await post('/api/v1/kitchen/outlets/trk_1/words', { words });
    expect(await world.statusOf(at)).toBe('READY');
  });
});

describe('S1-SVC-03 an outside vendor', () => {
  const send = (body: string, signature: string, vendor = 'vnd_1') =>
    world.call('POST', `/webhooks/vendors/${vendor}`, body, { roles: [] }, { 'dabba-signature': signature });

  it('finishes an order by a signed notice, and by no other', async () => {
    const { orderId, at } = await world.confirmed();
    const { body } = await world.call('POST', '/api/v1/kitchen/vendors/vnd_1/secrets', undefined, merchant());
    const { secret } = body;
    const notice = JSON.stringify({ id: 'n1', order_id: orderId, status: 'READY' });
    const now = Date.now();
    for (const [signature, vendor] of [
      ['', 'vnd_1'],
      [signatureOf(notice, 'guessed', now), 'vnd_1'],
      [signatureOf(`${notice} `, secret, now), 'vnd_1'],
      [signatureOf(notice, secret, now - 301_000), 'vnd_1'],
      [signatureOf(notice, secret, now), 'vnd_2'],
    ] as const)
      expect((await send(notice, signature, vendor)).status).toBe(401);
    expect(await world.statusOf(at)).not.toBe('READY');
    expect((await send(notice, signatureOf(notice, secret, now))).status).toBe(204);
    expect((await send(notice, signatureOf(notice, secret, now))).status).toBe(204);
    expect(await world.statusOf(at)).toBe('READY');
    const { body: renewed } = await world.call(
      'POST',
      '/api/v1/kitchen/vendors/vnd_1/secrets',
      undefined,
      merchant(),
    );
    const over = JSON.stringify({ id: 'n2', order_id: orderId, status: 'HANDED_OVER' });
    const both = `${signatureOf(over, 'old', now)},v1=${signatureOf(over, renewed.secret, now).split('v1=')[1]}`;
    expect((await send(over, both)).status).toBe(204);
    expect((await send(notice, signatureOf(notice, secret, now))).status).toBe(204);
    expect(await world.statusOf(at)).toBe('HANDED_OVER');
    expect((await send('{', signatureOf('{', secret, now))).status).toBe(400);
    const none = JSON.stringify({ id: 'n3', order_id: 'ord_none', status: 'READY' });
    expect((await send(none, signatureOf(none, secret, now))).status).toBe(404);
    expect((await world.call('POST', '/api/v1/kitchen/vendors/vnd_1/secrets')).status).toBe(403);

    // Of what it has not taken yet it can only say no.
    const early = await world.placed();
    await early.paid();
    await world.until('it is shown', async () => (await world.statusOf(early.at)) === 'OFFERED');
    const say = (status: string) => {
      const word = JSON.stringify({ id: `n_${status}`, order_id: early.orderId, status });
      return send(word, signatureOf(word, secret, now));
    };
    expect((await say('READY')).status).toBe(404);
    expect((await say('REJECTED')).status).toBe(204);
    expect(await world.statusOf(early.at)).toBe('REJECTED');
  });
});
