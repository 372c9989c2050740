import type { Events } from '@dabba/contracts';
import type { TicketEvent } from './ticket.ts';

export const noon = Date.parse('2026-11-23T20:15:00Z');
export const about = { ticketId: 'tkt_1', orderId: 'ord_1', outletId: 'trk_1' };
const line = (lineId: string, station: string, prepSeconds: number) => ({
  ...{ lineId, itemId: `itm_${lineId}`, name: lineId, quantity: 1, choices: [], station, prepSeconds },
});

export function opened(change: Partial<Events['TicketOpened']> = {}): Events['TicketOpened'] {
  return {
    ...{ ...about, vendorId: 'vnd_1', fulfilment: 'PICKUP', openedAt: noon },
    lines: [line('taco', 'grill', 600), line('drink', 'bar', 30)],
    ...{ fireAt: noon + 60_000, dueAt: noon + 660_000 },
    ...change,
  };
}
const { openedAt: _, ...asOpened } = opened();
export const wasAnnounced: TicketEvent = {
  type: 'TicketAnnounced',
  data: { ...asOpened, announcedAt: noon },
};
export const offered: TicketEvent = { type: 'TicketOffered', data: { ...about, offeredAt: noon } };
export const wasOpened: TicketEvent = { type: 'TicketOpened', data: opened() };
const { ticketId, orderId } = about;
export const fired = (firedAt = noon): TicketEvent => ({
  type: 'TicketFired',
  data: { ticketId, orderId, firedAt },
});
export const started = (startedAt = noon): TicketEvent => ({
  type: 'TicketStarted',
  data: { ...about, startedAt },
});
export const bumped = (lineId: string, station: string, bumpedAt = noon): TicketEvent => ({
  type: 'TicketLineBumped',
  data: { ticketId, orderId, lineId, station, bumpedAt },
});
export const recalled = (lineId: string, station: string, recalledAt = noon): TicketEvent => ({
  type: 'TicketLineRecalled',
  data: { ticketId, orderId, lineId, station, recalledAt },
});
export const ready = (readyAt = noon): TicketEvent => ({ type: 'TicketReady', data: { ...about, readyAt } });
export const handedOver: TicketEvent = { type: 'TicketHandedOver', data: { ...about, handedOverAt: noon } };
export const rejected: TicketEvent = {
  type: 'TicketRejected',
  data: { ...about, reason: 'no oil', rejectedAt: noon },
};
export const cancelled: TicketEvent = { type: 'TicketCancelled', data: { ...about, cancelledAt: noon } };
