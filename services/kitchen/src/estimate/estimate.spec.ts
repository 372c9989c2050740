import type { Events } from '@dabba/contracts';
import { expect, it } from 'vitest';
import { ticketOf } from '../ticket/make.ts';
import { noon, opened } from '../ticket/ticket.samples.ts';
import { evolve } from '../ticket/ticket.ts';
import { estimates, newsOf } from './estimate.ts';

const minute = 60_000;
const ticket = (ticketId: string, quantity: number, change: Partial<Events['TicketOpened']> = {}) => {
  const [taco] = opened().lines;
  if (!taco) throw new Error('No taco');
  const data = opened({
    ticketId,
    lines: [{ ...taco, quantity }],
    fireAt: noon,
    dueAt: noon + 10 * minute,
    ...change,
  });
  const state = evolve(null, { type: 'TicketOpened', data });
  if (state === null) throw new Error('No ticket');
  return state;
};

it('S2-ORD-04 what comes later waits for its station, and what is wanted later begins later', () => {
  const found = estimates(
    [ticket('a', 2), ticket('b', 1), ticket('c', 1, { fireAt: noon + 60 * minute })],
    noon,
    2,
  );
  expect([...found]).toEqual([
    ['a', noon + 10 * minute],
    ['b', noon + 20 * minute],
    ['c', noon + 70 * minute],
  ]);
});
it('X-01 what waits for its vendor takes nobody’s time', () => {
  const offered = { ...ticket('a', 2), status: 'OFFERED' as const };
  expect([...estimates([offered, ticket('b', 1)], noon, 1)]).toEqual([['b', noon + 10 * minute]]);
});
it('what is done takes no time, and only news is told', () => {
  const busy = [ticket('a', 2), ticket('b', 1)];
  expect(newsOf(busy, noon, 2)).toEqual([{ ticketId: 'b', estimatedReady: noon + 20 * minute }]);
  const done = busy.map((each) => ({ ...each, lines: each.lines.map((line) => ({ ...line, done: true })) }));
  expect(estimates(done, noon, 2).get('b')).toBe(noon);
  expect(newsOf([ticket('a', 1)], noon + 30_000, 2)).toEqual([]);
});
it('who waits for long is told of a tenth of it', () => {
  const crowd = Array.from({ length: 12 }, (_, n) => ticket(`t${10 + n}`, 1));
  const told = crowd.map((each, n) => ({ ...each, estimatedReady: noon + (n + 1) * 10 * minute }));
  const late = (minutes: number) =>
    newsOf(told, noon + minutes * minute, 1).map(({ ticketId }) => Number(ticketId.slice(1)) - 10);
  expect(late(0.9)).toEqual([]);
  expect(late(1.1)).toEqual([0]);
  expect(late(5)).toEqual([0, 1, 2, 3, 4]);
});
it('a ticket is begun as late as it can be, and at once where it is late', () => {
  const { lines } = opened();
  const order = {
    ...{ orderId: 'ord_1', customerId: 'cus_1', vendorId: 'vnd_1', vendorName: 'V', outletId: 'trk_1' },
    ...{ fulfilment: 'PICKUP' as const, total: 0, currency: 'USD', pickupAt: null, confirmedAt: noon },
    lines: lines.map((line) => ({
      ...{ ...line, itemVersion: 1, unitPrice: 0, total: 0, stock: [] },
      choices: [{ modifierId: 'm', optionId: 'o', name: 'Carnitas', price: 0 }],
    })),
    estimatedReady: noon + 30 * minute,
  };
  expect(ticketOf(order, noon)).toMatchObject({
    ticketId: 'tkt_1',
    fireAt: noon + 20 * minute,
    dueAt: noon + 30 * minute,
  });
  expect(ticketOf({ ...order, estimatedReady: noon }, noon).fireAt).toBe(noon);
  expect(ticketOf(order, noon).lines[0]?.choices).toEqual(['Carnitas']);
});
