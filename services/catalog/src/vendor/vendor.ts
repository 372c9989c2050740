import type { Event } from '@dabba/contracts';
import type { StreamRef, StreamType } from '@dabba/event-store';

export type VendorEvent = Event<'VendorApplied' | 'VendorApproved' | 'VendorChanged' | 'VendorSuspended'>;
export type VendorStatus = 'APPLIED' | 'APPROVED' | 'SUSPENDED';

export interface VendorProfile {
  name: string;
  description: string;
  logoUrl: string | null;
  phone: string | null;
  /** Paid orders are confirmed at once. */
  autoAccept: boolean;
}

/** null: nobody ever applied under this id. */
export type Vendor =
  | null
  | (VendorProfile & {
      metro: string;
      status: VendorStatus;
      /** Why it was suspended. */
      reason: string | null;
    });

export const vendorStream: StreamType<Vendor, VendorEvent> = {
  name: 'vendor',
  revision: 2,
  initial: () => null,
  evolve(vendor, { type, data }) {
    if (type === 'VendorApplied') {
      const { metro, name, description, logoUrl, phone } = data;
      const profile = { name, description, logoUrl, phone, autoAccept: true };
      return { metro, ...profile, status: 'APPLIED', reason: null };
    }
    if (vendor === null) return null;
    switch (type) {
      case 'VendorApproved':
        return { ...vendor, status: 'APPROVED', reason: null };
      case 'VendorSuspended':
        return { ...vendor, status: 'SUSPENDED', reason: data.reason };
      case 'VendorChanged': {
        const { name, description, logoUrl, phone, autoAccept } = data;
        return { ...vendor, name, description, logoUrl, phone, autoAccept };
      }
      default:
        return type satisfies never;
    }
  },
};

/** @param metro decides the partition of a new vendor; ignored for one that is known */
export function vendorRef(id: string, metro = ''): StreamRef<Vendor, VendorEvent> {
  return { type: vendorStream, id, metro };
}
