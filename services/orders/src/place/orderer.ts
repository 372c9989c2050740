import { type Refusal, refuse } from '@dabba/event-store';
import type { Principal } from '@dabba/service-kit';
import { faulty } from '../offer/faulty.ts';
import type { Placed } from '../order/order.ts';

/** For whom and where an order is placed: by a customer for themself, or by a vendor's people at their counter for a guest. */
export function orderer(
  { roles, customerId }: Principal,
  source: Placed['source'] | undefined,
): { customerId: string | null; source: Placed['source'] } | Refusal {
  if (!roles.includes('customer')) {
    if (source === 'MOBILE_WEB')
      return faulty('source-not-yours', '#/order_source', 'Customers order for themselves');
    return { customerId: null, source: source ?? 'POS' };
  }
  if (customerId === undefined) return refuse(403, 'not-a-customer', 'The token names no customer');
  if (source !== undefined && source !== 'MOBILE_WEB')
    return faulty('source-not-yours', '#/order_source', 'That is for the people at the counter');
  return { customerId, source: 'MOBILE_WEB' };
}
