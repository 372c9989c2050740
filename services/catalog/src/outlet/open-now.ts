import type { Instant } from '@dabba/contracts';
import type { Vendor } from '../vendor/vendor.ts';
import { openTimeAt } from './hours.ts';
import { type Openness, openness } from './open.ts';
import type { Outlet } from './outlet.ts';

interface Kept {
  vendor: Vendor;
  from: Instant;
  /** The first instant at which it may be otherwise. */
  until: Instant;
  is: Openness;
}

/** An outlet that changes is another object. */
const kept = new WeakMap<NonNullable<Outlet>, Kept>();
const day = 86_400_000;

/** `openness`, thought over once for as long as it stays so: a list asks it of every outlet of a metro. */
export function openNow(vendor: Vendor, outlet: NonNullable<Outlet>, at: Instant): Openness {
  const before = kept.get(outlet);
  if (before && before.vendor === vendor && before.from <= at && at < before.until) return before.is;
  const is = openness(vendor, outlet, at);
  kept.set(outlet, { vendor, from: at, until: until(is, outlet, at), is });
  return is;
}

function until(is: Openness, outlet: NonNullable<Outlet>, at: Instant): Instant {
  const changes = [
    at + day,
    is.open ? openTimeAt(outlet, outlet.zone, at)?.to : is.opensAt,
    outlet.closed?.until,
  ].filter((instant) => typeof instant === 'number' && instant > at);
  return Math.min(...changes.map(Number));
}
