import { type Executed, isRefusal, type Refusal } from '@dabba/event-store';
import { Id, Time } from '@dabba/service-kit';
import { Type } from 'typebox';
import { Value } from 'typebox/value';
import type { Ticket } from '../ticket/ticket.ts';
import type { Wishes, WishesOf } from '../wishes/wishes.ts';

export { Id };

/** As this service decided it. */
const Told = Type.Object({
  id: Type.String(),
  order_id: Type.String(),
  outlet_id: Type.String(),
  fulfilment: Type.String(),
  status: Type.String(),
  lines: Type.Array(
    Type.Object({
      id: Type.String(),
      menu_item_id: Type.String(),
      name: Type.String(),
      quantity: Type.Integer(),
      choices: Type.Array(Type.String()),
      station: Type.String(),
      done: Type.Boolean(),
      special_requests: Type.Optional(Type.String({ description: 'What is wished of it' })),
    }),
  ),
  fire_at: Time,
  due_at: Time,
  estimated_ready: Time,
  opened_at: Time,
  updated_at: Time,
  rejected: Type.Optional(Type.String()),
});
export type Told = Type.Static<typeof Told>;

export const TicketView = Type.Object({
  ...Told.properties,
  special_requests: Type.Optional(Type.String({ description: 'What is wished of the whole order' })),
  requests_known: Type.Boolean({
    description: 'false: orders could not be asked, so there may be wishes that are not here; look again',
  }),
});
export type TicketView = Type.Static<typeof TicketView>;

export function ticketView(ticket: NonNullable<Ticket>): Told {
  const time = (at: number) => new Date(at).toISOString();
  return {
    id: ticket.ticketId,
    order_id: ticket.orderId,
    outlet_id: ticket.outletId,
    fulfilment: ticket.fulfilment,
    status: ticket.status,
    lines: ticket.lines.map(({ lineId, itemId, name, quantity, choices, station, done }) => ({
      ...{ id: lineId, menu_item_id: itemId, name, quantity, choices: [...choices], station, done },
    })),
    fire_at: time(ticket.fireAt),
    due_at: time(ticket.dueAt),
    estimated_ready: time(ticket.estimatedReady),
    opened_at: time(ticket.openedAt),
    updated_at: time(ticket.since),
    ...(ticket.rejected !== null && { rejected: ticket.rejected }),
  };
}

/** Pure. @param wishes undefined: orders does not say */
export function withWishes(told: Told, wishes: Wishes | undefined): TicketView {
  const lines = told.lines.map((line) => {
    const wish = wishes?.lines[line.id];
    return { ...line, ...(wish !== undefined && { special_requests: wish }) };
  });
  const order = wishes?.order;
  return {
    ...{ ...told, lines },
    ...(order !== undefined && { special_requests: order }),
    requests_known: wishes !== undefined,
  };
}

/** Tickets as people see them: with what is wished of them, which is in no event and in no answer that is stored. */
export interface Shown {
  all(told: readonly Told[]): Promise<TicketView[]>;
  /** The answer to a command. */
  answer<T>(outcome: Executed<T> | Refusal): Promise<Executed<T> | Refusal>;
}

export function showing(wishesOf: WishesOf): Shown {
  const all: Shown['all'] = async (told) => {
    const wishes = await wishesOf(told.map(({ order_id }) => order_id));
    return told.map((each) => withWishes(each, wishes.get(each.order_id)));
  };
  return {
    all,
    async answer(outcome) {
      if (isRefusal(outcome) || !Value.Check(Told, outcome.answer?.body)) return outcome;
      const [body] = await all([outcome.answer.body]);
      return { ...outcome, answer: { ...outcome.answer, body } };
    },
  };
}
