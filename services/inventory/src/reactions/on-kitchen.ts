import type { Reaction } from '@dabba/projections';
import { told } from './told.ts';

/**
 * What a kitchen has begun is used, whatever the order came to meanwhile: an 86 or a cancellation may have been faster at orders, which
 * then never say that it is being made.
 */
export const onKitchen: Reaction = {
  name: 'inventory-on-kitchen',
  topics: ['kitchen'],
  on: {
    TicketStarted: ({ data: { orderId, outletId, startedAt }, meta: { metro } }) =>
      told(orderId, metro, { do: 'begin', at: startedAt, of: { orderId, outletId } }),
  },
};
