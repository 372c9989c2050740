import { expect, it } from 'vitest';
import { ticketView, withWishes } from '../doors/view.ts';
import { decideTicket } from '../ticket/decide.ts';
import { ticketOf } from '../ticket/make.ts';
import { noon, wasOpened } from '../ticket/ticket.samples.ts';
import { evolve, type Ticket, type TicketEvent } from '../ticket/ticket.ts';
import { openWishes } from './wishes.ts';

/** What orders answers, and what it was asked. */
function neighbour(items: readonly object[]) {
  const asked: string[] = [];
  const clock = { now: noon };
  const door = { answers: true };
  const wishesOf = openWishes({
    ask: async (url) => {
      asked.push(url.searchParams.get('order_ids') ?? '');
      return door.answers ? { items } : undefined;
    },
    orders: new URL('http://orders'),
    now: () => clock.now,
    kept: 1_000,
  });
  return { asked, clock, door, wishesOf };
}
const noIce = { order_id: 'ord_1', special_requests: 'For a child', item_requests: { drink: 'No ice' } };

it('S2-DAT-08 is asked for once for all who ask at the moment, and remembered as long as it may be', async () => {
  const { asked, clock, wishesOf } = neighbour([noIce]);
  const [one, other] = await Promise.all([wishesOf(['ord_1', 'ord_2']), wishesOf(['ord_1'])]);
  expect(one).toEqual(
    new Map([
      ['ord_1', { order: 'For a child', lines: { drink: 'No ice' } }],
      ['ord_2', { order: undefined, lines: {} }],
    ]),
  );
  expect(other.get('ord_1')).toEqual(one.get('ord_1'));
  expect(asked).toEqual(['ord_1,ord_2']);
  clock.now += 999;
  await wishesOf(['ord_2', 'ord_1']);
  expect(asked).toHaveLength(1);
  clock.now += 1;
  await wishesOf(['ord_2']);
  expect(asked.slice(1)).toEqual(['ord_2']);
});

it('S4-SVC-14 leaves orders alone for a while when it does not answer, and then asks again', async () => {
  const { asked, clock, door, wishesOf } = neighbour([noIce]);
  door.answers = false;
  expect(await wishesOf(['ord_1'])).toEqual(new Map());
  door.answers = true;
  clock.now += 1_999;
  expect(await wishesOf(['ord_1'])).toEqual(new Map());
  expect(asked).toHaveLength(1);
  clock.now += 1;
  expect((await wishesOf(['ord_1'])).get('ord_1')?.order).toBe('For a child');
});

it('asks for a hundred at most at a time, for each once', async () => {
  const { asked, wishesOf } = neighbour([]);
  const ids = Array.from({ length: 250 }, (_, n) => `ord_${n}`);
  expect((await wishesOf(ids)).size).toBe(250);
  const questions = asked.map((each) => each.split(','));
  expect(Math.max(...questions.map(({ length }) => length))).toBeLessThanOrEqual(100);
  expect(questions.flat().toSorted()).toEqual(ids.toSorted());
});

const made = (...story: readonly TicketEvent[]) => {
  const ticket = story.reduce<Ticket>(evolve, null);
  if (ticket === null) throw new Error('No ticket');
  return ticketView(ticket);
};

it('X-18 S2-DAT-08 a ticket shows what was chosen from its order on, and beside it what is wished', () => {
  const ordered = {
    ...{ lineId: 'drink', itemId: 'itm_drink', itemVersion: 1, name: 'Horchata', quantity: 2 },
    ...{ unitPrice: 300, total: 600, station: 'bar', prepSeconds: 30, stock: [] },
    choices: [
      { modifierId: 'size', optionId: 'large', name: 'Large', price: 50 },
      { modifierId: 'milk', optionId: 'oat', name: 'Oat milk', price: 0 },
    ],
  };
  const order = {
    ...{ orderId: 'ord_1', outletId: 'trk_1', vendorId: 'vnd_1', fulfilment: 'PICKUP' },
    ...{ estimatedReady: noon, lines: [ordered, { ...ordered, lineId: 'second', choices: [] }] },
  };
  const events = decideTicket(null, { do: 'open', opened: ticketOf(order, noon), now: noon });
  if ('refused' in events) throw new Error('refused');
  const view = withWishes(made(...events), { order: 'For a child', lines: { drink: 'No ice' } });
  expect(view).toMatchObject({ special_requests: 'For a child', requests_known: true });
  expect(view.lines).toMatchObject([
    { id: 'drink', choices: ['Large', 'Oat milk'], special_requests: 'No ice' },
    { id: 'second', choices: [] },
  ]);
  expect(view.lines[1]?.special_requests).toBeUndefined();
});

it('a ticket nobody wished anything of says so, one nobody could be asked about says that', () => {
  const told = made(wasOpened);
  expect(withWishes(told, { order: undefined, lines: {} })).toEqual({ ...told, requests_known: true });
  expect(withWishes(told, undefined)).toEqual({ ...told, requests_known: false });
});
