import type { Event, Events, Instant } from '@dabba/contracts';
import type { StreamRef, StreamType } from '@dabba/event-store';

export type TicketEvent = Event<
  | 'TicketAnnounced'
  | 'TicketOffered'
  | 'TicketOpened'
  | 'TicketFired'
  | 'TicketStarted'
  | 'TicketLineBumped'
  | 'TicketLineRecalled'
  | 'TicketReady'
  | 'TicketEstimated'
  | 'TicketHandedOver'
  | 'TicketCancelled'
  | 'TicketRejected'
>;

export type TicketStatus =
  | 'ANNOUNCED'
  | 'OFFERED'
  | 'OPEN'
  | 'FIRED'
  | 'STARTED'
  | 'READY'
  | 'HANDED_OVER'
  | 'CANCELLED'
  | 'REJECTED';

/** `saidAt` is when somebody last said of it whether it is done, by the clock of the screen they said it at. */
export type Line = Events['TicketOpened']['lines'][number] & { done: boolean; saidAt: Instant | null };

/**
 * What a kitchen has to make of one order. Where its vendor confirms by hand it is known before: `ANNOUNCED` to nobody but us, `OFFERED`
 * once it is paid; else null until it is confirmed.
 */
export type Ticket = null | {
  ticketId: string;
  orderId: string;
  outletId: string;
  vendorId: string;
  fulfilment: string;
  status: TicketStatus;
  lines: readonly Line[];
  fireAt: Instant;
  dueAt: Instant;
  estimatedReady: Instant;
  openedAt: Instant;
  /** When it got its present status. */
  since: Instant;
  rejected: string | null;
};

export const ticketStream: StreamType<Ticket, TicketEvent> = {
  name: 'ticket',
  revision: 1,
  initial: () => null,
  evolve,
};

export function ticketRef(id: string, metro: string): StreamRef<Ticket, TicketEvent> {
  return { type: ticketStream, id, metro };
}

/** The ticket of an order has the order's own uuid: opened twice it is one. */
export function ticketIdOf(orderId: string): string {
  return `tkt_${orderId.replace(/^ord_/, '')}`;
}

/** Nobody has said yet that it is to be made. */
export function isAwaited({ status }: NonNullable<Ticket>): boolean {
  return status === 'ANNOUNCED' || status === 'OFFERED';
}

/** Whether anything can still become of it. */
export function isOver({ status }: NonNullable<Ticket>): boolean {
  return status === 'HANDED_OVER' || status === 'CANCELLED' || status === 'REJECTED';
}

export function evolve(ticket: Ticket, { type, data }: TicketEvent): Ticket {
  if (type === 'TicketAnnounced') return made(data, 'ANNOUNCED', data.announcedAt);
  if (type === 'TicketOpened') return made(data, 'OPEN', data.openedAt);
  if (ticket === null) throw new Error(`${type} of a ticket that was not opened`);
  switch (type) {
    case 'TicketOffered':
      return { ...ticket, status: 'OFFERED', since: data.offeredAt };
    case 'TicketFired':
      return { ...ticket, status: 'FIRED', since: data.firedAt };
    case 'TicketStarted':
      return { ...ticket, status: 'STARTED', since: data.startedAt };
    case 'TicketLineBumped':
      return said(ticket, data.lineId, true, data.bumpedAt);
    case 'TicketLineRecalled': {
      const after = said(ticket, data.lineId, false, data.recalledAt);
      return after.status === 'READY' ? { ...after, status: 'STARTED', since: data.recalledAt } : after;
    }
    case 'TicketReady':
      return { ...ticket, status: 'READY', since: data.readyAt };
    case 'TicketEstimated':
      return { ...ticket, estimatedReady: data.estimatedReady };
    case 'TicketHandedOver':
      return { ...ticket, status: 'HANDED_OVER', since: data.handedOverAt };
    case 'TicketCancelled':
      return { ...ticket, status: 'CANCELLED', since: data.cancelledAt };
    case 'TicketRejected':
      return { ...ticket, status: 'REJECTED', rejected: data.reason, since: data.rejectedAt };
    default:
      return type satisfies never;
  }
}

function made(
  data: Omit<Events['TicketOpened'], 'openedAt'>,
  status: 'ANNOUNCED' | 'OPEN',
  openedAt: Instant,
): NonNullable<Ticket> {
  const { ticketId, orderId, outletId, vendorId, fulfilment, fireAt, dueAt } = data;
  const lines = data.lines.map((line) => ({ ...line, done: false, saidAt: null }));
  const about = { ticketId, orderId, outletId, vendorId, fulfilment, lines, fireAt, dueAt, openedAt };
  return { ...about, status, estimatedReady: dueAt, since: openedAt, rejected: null };
}

function said(
  ticket: NonNullable<Ticket>,
  lineId: string,
  done: boolean,
  saidAt: Instant,
): NonNullable<Ticket> {
  const lines = ticket.lines.map((line) => (line.lineId === lineId ? { ...line, done, saidAt } : line));
  return { ...ticket, lines };
}
