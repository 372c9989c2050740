import type { Instant } from '@dabba/contracts';
import type { StreamRef, TaskRequest, UnitOfWork } from '@dabba/event-store';
import type { Ticket, TicketEvent } from './ticket.ts';

function fireTask(ticketId: string, metro: string, runAt: Instant): TaskRequest {
  return { task: 'fire-ticket', key: `fire-ticket:${ticketId}`, payload: { ticketId, metro }, runAt };
}

/** Seconds for which a kitchen that is never left alone is not estimated: between so many and twice that. */
const longest = 30;

/** Milliseconds; each kitchen has its own, or those that begin together would tell all their orders in the same moment. */
function longestOf(outletId: string): number {
  const place = Array.from(outletId).reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % longest, 0);
  return (longest + place) * 1000;
}

/** One waiting for each kitchen: what changes meanwhile is estimated together. */
function estimateTask(outletId: string, metro: string, runAt: Instant): TaskRequest {
  return {
    task: 'estimate-kitchen',
    key: `estimate-kitchen:${outletId}`,
    payload: { outletId, metro },
    runAt,
    within: longestOf(outletId),
  };
}

/** After which there is as much to make as before. */
const idle: ReadonlySet<TicketEvent['type']> = new Set([
  'TicketAnnounced',
  'TicketOffered',
  'TicketEstimated',
  'TicketHandedOver',
]);

/** Appends, with what has to happen by itself afterwards, in one transaction. */
export function record(
  unit: UnitOfWork,
  ref: StreamRef<Ticket, TicketEvent>,
  events: readonly TicketEvent[],
  after: { now: Instant; estimateAfter: number },
): Ticket {
  if (events.length === 0) return unit.load(ref).state;
  const ticket = unit.append(ref, events);
  if (ticket === null) return ticket;
  if (events[0]?.type === 'TicketOpened' && ticket.status === 'OPEN')
    unit.enqueue(fireTask(ticket.ticketId, ref.metro, ticket.fireAt));
  if (events.some(({ type }) => !idle.has(type)))
    unit.enqueue(estimateTask(ticket.outletId, ref.metro, after.now + after.estimateAfter));
  return ticket;
}
