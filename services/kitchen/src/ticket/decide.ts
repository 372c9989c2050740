import type { Events, Instant } from '@dabba/contracts';
import { type Refusal, refuse } from '@dabba/event-store';
import { evolve, isAwaited, isOver, type Line, type Ticket, type TicketEvent } from './ticket.ts';

export type TicketCommand =
  /** Its vendor will say itself whether it is to be made. */
  | { do: 'announce'; announced: Events['TicketAnnounced']; now: Instant }
  /** It is paid. */
  | { do: 'offer'; now: Instant }
  | { do: 'open'; opened: Events['TicketOpened']; now: Instant }
  /** @param early before its time, because somebody wants it so */
  | { do: 'fire'; early: boolean; now: Instant }
  | { do: 'start'; now: Instant }
  /** `at` by the clock of the screen, which may have been alone for a while. */
  | { do: 'bump'; lineId: string; at: Instant }
  | { do: 'recall'; lineId: string; at: Instant }
  /** All of it is done. */
  | { do: 'complete'; now: Instant }
  | { do: 'hand-over'; now: Instant }
  | { do: 'reject'; reason: string; now: Instant }
  | { do: 'cancel'; now: Instant }
  | { do: 'estimate'; estimatedReady: Instant; now: Instant };

type Known = NonNullable<Ticket>;

/**
 * Pure. No events: there is nothing new. Bumps and recalls commute: of each line the word with the latest time holds, whichever
 * arrives first, so screens that were apart come to the same when they meet again.
 */
export function decideTicket(ticket: Ticket, command: TicketCommand): readonly TicketEvent[] | Refusal {
  if (command.do === 'announce')
    return ticket === null ? [{ type: 'TicketAnnounced', data: command.announced }] : [];
  if (command.do === 'open')
    return ticket === null || isAwaited(ticket) ? open(command.opened, command.now) : [];
  if (ticket === null) return refuse(404, 'ticket-unknown', 'No such ticket');
  if (command.do === 'offer') return ticket.status === 'ANNOUNCED' ? [offered(ticket, command.now)] : [];
  if (isAwaited(ticket) && !(ticket.status === 'OFFERED' && mayEnd.has(command.do)))
    // Nobody was shown what was never paid: nothing of it has to be called off.
    return command.do === 'cancel'
      ? []
      : refuse(409, 'ticket-not-accepted', 'Its vendor has not taken the order yet');
  const { ticketId, orderId, outletId } = ticket;
  const about = { ticketId, orderId, outletId };
  switch (command.do) {
    case 'fire':
      if (ticket.status !== 'OPEN') return isOver(ticket) ? over(ticket) : [];
      return command.early || command.now >= ticket.fireAt ? [fired(ticket, command.now)] : [];
    case 'start':
      return isOver(ticket) ? over(ticket) : begun(ticket, command.now);
    case 'bump':
    case 'recall':
      return say(ticket, command.lineId, command.do === 'bump', command.at);
    case 'complete':
      return isOver(ticket) ? over(ticket) : complete(ticket, command.now);
    case 'hand-over': {
      if (ticket.status === 'HANDED_OVER') return [];
      if (ticket.status !== 'READY')
        return refuse(409, 'ticket-not-ready', `It is ${ticket.status}, not READY`);
      return [{ type: 'TicketHandedOver', data: { ...about, handedOverAt: command.now } }];
    }
    case 'reject': {
      if (ticket.status === 'READY' || isOver(ticket)) return over(ticket);
      return [
        { type: 'TicketRejected', data: { ...about, reason: command.reason, rejectedAt: command.now } },
      ];
    }
    case 'cancel':
      return isOver(ticket)
        ? []
        : [{ type: 'TicketCancelled', data: { ...about, cancelledAt: command.now } }];
    case 'estimate': {
      const { estimatedReady, now: estimatedAt } = command;
      if (ticket.status === 'READY' || isOver(ticket) || estimatedReady === ticket.estimatedReady) return [];
      return [{ type: 'TicketEstimated', data: { ticketId, orderId, estimatedReady, estimatedAt } }];
    }
    default:
      return command satisfies never;
  }
}

/** What may become of a ticket that nobody has said to make. */
const mayEnd: ReadonlySet<TicketCommand['do']> = new Set(['reject', 'cancel']);

function offered({ ticketId, orderId, outletId }: Known, offeredAt: Instant): TicketEvent {
  return { type: 'TicketOffered', data: { ticketId, orderId, outletId, offeredAt } };
}

function over({ status }: Known): Refusal {
  return refuse(409, 'ticket-over', `A ticket that is ${status} is not worked on any more`, {
    ticket_status: status,
  });
}

function open(opened: Events['TicketOpened'], now: Instant): TicketEvent[] {
  const event: TicketEvent = { type: 'TicketOpened', data: opened };
  const ticket = evolve(null, event);
  return ticket !== null && now >= opened.fireAt ? [event, fired(ticket, now)] : [event];
}

function fired({ ticketId, orderId }: Known, firedAt: Instant): TicketEvent {
  return { type: 'TicketFired', data: { ticketId, orderId, firedAt } };
}

/** What has to have happened before somebody works on it. */
function begun(ticket: Known, now: Instant): TicketEvent[] {
  const { ticketId, orderId, outletId, status } = ticket;
  if (status !== 'OPEN' && status !== 'FIRED') return [];
  const started: TicketEvent = {
    type: 'TicketStarted',
    data: { ticketId, orderId, outletId, startedAt: now },
  };
  return status === 'OPEN' ? [fired(ticket, now), started] : [started];
}

function say(ticket: Known, lineId: string, done: boolean, at: Instant): readonly TicketEvent[] | Refusal {
  const line = ticket.lines.find((each) => each.lineId === lineId);
  if (!line) return refuse(404, 'line-unknown', `Nothing on this ticket is ${lineId}`);
  if (isOver(ticket) || !holds(line, done, at)) return [];
  const { ticketId, orderId } = ticket;
  const about = { ticketId, orderId, lineId, station: line.station };
  const word: TicketEvent = done
    ? { type: 'TicketLineBumped', data: { ...about, bumpedAt: at } }
    : { type: 'TicketLineRecalled', data: { ...about, recalledAt: at } };
  return ready(ticket, [...begun(ticket, at), word], at);
}

/** Whether this word is later than the last one; said in the same moment, done is done. */
function holds({ done: before, saidAt }: Line, done: boolean, at: Instant): boolean {
  return saidAt === null || at > saidAt || (at === saidAt && done && !before);
}

/** With the ticket's own readiness, where these make it so. */
function ready(ticket: Known, events: readonly TicketEvent[], now: Instant): readonly TicketEvent[] {
  const after = events.reduce<Ticket>(evolve, ticket);
  if (after === null || after.status === 'READY' || !after.lines.every(({ done }) => done)) return events;
  const { ticketId, orderId, outletId } = ticket;
  return [...events, { type: 'TicketReady', data: { ticketId, orderId, outletId, readyAt: now } }];
}

function complete(ticket: Known, now: Instant): readonly TicketEvent[] {
  const { ticketId, orderId } = ticket;
  if (ticket.status === 'READY') return [];
  const words = ticket.lines
    .filter(({ done }) => !done)
    .map(
      ({ lineId, station, saidAt }): TicketEvent => ({
        type: 'TicketLineBumped',
        data: { ticketId, orderId, lineId, station, bumpedAt: Math.max(now, saidAt ?? now) },
      }),
    );
  return ready(ticket, [...begun(ticket, now), ...words], now);
}
