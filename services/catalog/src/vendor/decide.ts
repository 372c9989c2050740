import type { Instant } from '@dabba/contracts';
import { type Refusal, refuse } from '@dabba/event-store';
import { same } from '../as-of-now.ts';
import type { Vendor, VendorEvent, VendorProfile } from './vendor.ts';

export type VendorCommand = { vendorId: string; now: Instant } & (
  | ({ do: 'apply'; metro: string } & Omit<VendorProfile, 'autoAccept'>)
  | { do: 'approve' }
  | { do: 'suspend'; reason: string }
  | { do: 'change'; to: Partial<VendorProfile> }
);

/** S2-VEN-06: whoever applied sells once approved, and not while suspended. */
export function decideVendor(vendor: Vendor, command: VendorCommand): readonly VendorEvent[] | Refusal {
  const { vendorId, now } = command;
  if (command.do === 'apply') {
    const { metro, name, description, logoUrl, phone } = command;
    if (vendor !== null) return refuse(409, 'vendor-exists', `${vendorId} has applied before`);
    const data = { vendorId, metro, name, description, logoUrl, phone, appliedAt: now };
    return [{ type: 'VendorApplied', data }];
  }
  if (vendor === null) return unknownVendor(vendorId);
  switch (command.do) {
    case 'approve':
      if (vendor.status === 'APPROVED') return [];
      return [{ type: 'VendorApproved', data: { vendorId, approvedAt: now } }];
    case 'suspend':
      if (vendor.status === 'SUSPENDED') return [];
      if (vendor.status !== 'APPROVED')
        return refuse(409, 'vendor-not-approved', `${vendorId} does not sell yet`);
      return [{ type: 'VendorSuspended', data: { vendorId, reason: command.reason, suspendedAt: now } }];
    case 'change': {
      const { name, description, logoUrl, phone, autoAccept } = vendor;
      const before = { name, description, logoUrl, phone, autoAccept };
      const after = { ...before, ...command.to };
      if (same(before, after)) return [];
      return [{ type: 'VendorChanged', data: { vendorId, ...after, changedAt: now } }];
    }
    default:
      return command satisfies never;
  }
}

export function unknownVendor(vendorId: string): Refusal {
  return refuse(404, 'vendor-unknown', `No vendor ${vendorId}`);
}
