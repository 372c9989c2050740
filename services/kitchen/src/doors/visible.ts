import { type Principal, Problem, requireMetro, requireVendor, type StoreDeps } from '@dabba/service-kit';
import { findOutlet } from '../read-models/kitchen-outlets.ts';
import { type Ticket, ticketRef } from '../ticket/ticket.ts';

/** The kitchen's vendor and metro. @throws Problem 404, 403 where the caller does not act for it */
export async function foundKitchen({ db }: Pick<StoreDeps, 'db'>, outletId: string, principal: Principal) {
  const outlet = await findOutlet(db, outletId);
  if (!outlet) throw new Problem({ status: 404, code: 'outlet-unknown', detail: `No ${outletId} here` });
  requireVendor(principal, outlet.vendor_id);
  requireMetro(principal, outlet.metro);
  return outlet;
}

/** @throws Problem 404, 403 where the caller does not act for its vendor */
export async function foundTicket(
  deps: Pick<StoreDeps, 'store' | 'db'>,
  id: string,
  principal: Principal,
): Promise<NonNullable<Ticket>> {
  const state = id.startsWith('tkt_') ? (await deps.store.load(ticketRef(id, ''))).state : null;
  if (state === null || state.status === 'ANNOUNCED')
    throw new Problem({ status: 404, code: 'ticket-unknown', detail: `No ticket ${id}` });
  requireVendor(principal, state.vendorId);
  // Whoever acts for every vendor does so in their metro.
  if (principal.vendorId === undefined && principal.metro !== undefined)
    await foundKitchen(deps, state.outletId, principal);
  return state;
}
