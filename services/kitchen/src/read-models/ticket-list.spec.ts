import { expect, it } from 'vitest';
import { bumped, offered, wasAnnounced, wasOpened } from '../ticket/ticket.samples.ts';
import { evolve, type Ticket, type TicketEvent } from '../ticket/ticket.ts';
import { allDay } from './ticket-list.ts';

const made = (...story: TicketEvent[]): NonNullable<Ticket> => {
  const ticket = story.reduce<Ticket>(evolve, null);
  if (ticket === null) throw new Error('No ticket');
  return ticket;
};

it('X-18 of each item is counted what is still to be made, of no order that its vendor has not taken', () => {
  const taco = { menu_item_id: 'itm_taco', name: 'taco', station: 'grill' };
  const drink = { menu_item_id: 'itm_drink', name: 'drink', station: 'bar' };
  const open = made(wasOpened);
  expect(allDay([open, made(wasOpened, bumped('drink', 'bar')), made(wasAnnounced, offered)])).toEqual([
    { ...taco, quantity: 2 },
    { ...drink, quantity: 1 },
  ]);
});
