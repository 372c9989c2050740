import type { Instant } from '@dabba/contracts';
import type { Vendor } from '../vendor/vendor.ts';
import { closesAt, opensAt, openTimeAt } from './hours.ts';
import type { Outlet } from './outlet.ts';

/** Whether it takes orders at an instant, and why not. */
export type Openness =
  | { open: true; closesAt: Instant | null; campus: string | null }
  | { open: false; why: 'VENDOR_NOT_APPROVED' | 'CLOSED_FOR_NOW' | 'OUTSIDE_HOURS'; opensAt: Instant | null };

export function openness(vendor: Vendor, outlet: NonNullable<Outlet>, at: Instant): Openness {
  const { zone, closed, campus } = outlet;
  if (vendor?.status !== 'APPROVED') return { open: false, why: 'VENDOR_NOT_APPROVED', opensAt: null };
  if (closed !== null && (closed.until === null || at < closed.until))
    return { open: false, why: 'CLOSED_FOR_NOW', opensAt: openAgain(outlet, closed.until) };
  const time = openTimeAt(outlet, zone, at);
  if (!time) return { open: false, why: 'OUTSIDE_HOURS', opensAt: opensAt(outlet, zone, at) ?? null };
  return { open: true, closesAt: closesAt(outlet, zone, at) ?? null, campus: time.campus ?? campus };
}

function openAgain(outlet: NonNullable<Outlet>, until: Instant | null): Instant | null {
  if (until === null) return null;
  if (openTimeAt(outlet, outlet.zone, until)) return until;
  return opensAt(outlet, outlet.zone, until) ?? null;
}
