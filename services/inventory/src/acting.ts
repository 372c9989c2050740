import { type Principal, Problem, requireMetro, requireVendor, type StoreDeps } from '@dabba/service-kit';
import { type OutletRow, outletOf } from './read-models/outlets.ts';

/** The outlet, where the principal may act at it; 404, 403 otherwise. */
export async function mayActAt(
  { db }: Pick<StoreDeps, 'db'>,
  principal: Principal,
  outletId: string,
): Promise<OutletRow> {
  const outlet = await outletOf(db, outletId);
  if (!outlet)
    throw new Problem({ status: 404, code: 'outlet-unknown', detail: `No store or truck ${outletId}` });
  requireVendor(principal, outlet.vendor_id);
  requireMetro(principal, outlet.metro);
  return outlet;
}
