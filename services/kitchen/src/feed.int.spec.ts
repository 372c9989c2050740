import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { staff, World } from './spec/world.ts';

let world: World;
beforeAll(async () => {
  world = await World.open('kitchen-feed', { FEED_FOR_MS: '3000' });
}, 120_000);
afterAll(() => world.close(), 60_000);

describe('X-18 S4-CLI-05 a screen of a kitchen', () => {
  it('is told what is there, then what happens, in order', async () => {
    const { ticketId, at } = await world.confirmed();
    const { told, opened, socket } = await world.screen(await world.feedTicket());
    expect(opened).toBe(true);
    await world.until('it knows what is there', () => told.length > 0);
    expect(told[0]).toMatchObject({ type: 'snapshot', tickets: [{ id: ticketId }] });
    await world.call('POST', `${at}/ready`);
    const { ticketId: next } = await world.confirmed();
    await world.confirmed({ outletId: 'trk_2', vendorId: 'vnd_2' });
    await world.until('it hears of both', () => {
      const last = (id: string) => told.findLast(({ ticket }) => ticket?.id === id)?.ticket?.status;
      return last(ticketId) === 'READY' && last(next) === 'FIRED';
    });
    const seqs = told.map(({ seq }) => seq);
    expect(seqs).toEqual([...seqs].sort((one, other) => one - other));
    expect(told.filter(({ ticket }) => ticket && ticket.id !== ticketId && ticket.id !== next)).toEqual([]);
    socket.close();
  });

  it('X-01 is told of an order once it is paid, before its vendor has taken it', async () => {
    const { told, socket } = await world.screen(await world.feedTicket());
    await world.until('it knows what is there', () => told.length > 0);
    const [unpaid, order] = [await world.placed(), await world.placed()];
    await order.paid();
    const of = (id: string) =>
      told.filter(({ ticket }) => ticket?.id === id).map(({ ticket }) => ticket?.status);
    await world.until('it hears of it', () => of(order.ticketId).length > 0);
    expect(of(order.ticketId)).toEqual(['OFFERED']);
    expect(of(unpaid.ticketId)).toEqual([]);
    socket.close();
    const next = await world.screen(await world.feedTicket());
    await world.until('it knows what is there', () => next.told.length > 0);
    const shown = next.told[0]?.tickets?.filter(({ id }) => id === order.ticketId || id === unpaid.ticketId);
    expect(shown).toMatchObject([{ id: order.ticketId, status: 'OFFERED' }]);
    next.socket.close();
  });

  it('goes on where it was, with what it missed and nothing else', async () => {
    const { at, ticketId } = await world.confirmed();
    const first = await world.screen(await world.feedTicket());
    await world.until('it knows', () => first.told.length > 0);
    const seq = first.told.at(-1)?.seq ?? 0;
    first.socket.close();
    await world.call('POST', `${at}/start`);
    await world.call('POST', `${at}/ready`);
    const again = await world.screen(await world.feedTicket(), seq);
    await world.until('it has caught up', () => again.told.some(({ ticket }) => ticket?.status === 'READY'));
    expect(again.told.every(({ type, seq: each }) => type === 'ticket' && each > seq)).toBe(true);
    expect(again.told.filter(({ ticket }) => ticket?.id === ticketId).at(-1)?.ticket?.status).toBe('READY');
    again.socket.close();
  });

  it('is let in once, by its own kitchen’s ticket, from a page that may', async () => {
    const ticket = await world.feedTicket();
    const [one, other] = await Promise.all([world.screen(ticket), world.screen(ticket)]);
    expect([one.opened, other.opened].sort()).toEqual([false, true]);
    expect((await world.screen('x'.repeat(32))).opened).toBe(false);
    expect((await world.screen(await world.feedTicket(), undefined, 'https://evil.test')).opened).toBe(false);
    const allowed = await world.screen(await world.feedTicket(), undefined, 'https://kds.test');
    expect(allowed.opened).toBe(true);
    const denied = await world.call(
      'POST',
      '/api/v1/kitchen/outlets/trk_1/feed-tickets',
      undefined,
      staff('vnd_2'),
    );
    expect(denied.status).toBe(403);
    for (const { socket } of [one, other, allowed]) socket.close();
  });

  it('stays as long as it is admitted anew, and not longer', async () => {
    const staying = await world.screen(await world.feedTicket());
    const leaving = await world.screen(await world.feedTicket());
    const stray = await world.screen(await world.feedTicket());
    stray.socket.send(JSON.stringify({ ticket: 'made-up' }));
    await world.until('who makes tickets up is gone', () => stray.ended() === 4401);
    const renewed = Date.now();
    staying.socket.send(JSON.stringify({ ticket: await world.feedTicket() }));
    await world.until('who is not renewed is gone', () => leaving.ended() === 4401);
    if (Date.now() - renewed < 2_900) expect(staying.ended()).toBeUndefined();
    await world.until('nobody stays for ever', () => staying.ended() === 4401);
  });
});
