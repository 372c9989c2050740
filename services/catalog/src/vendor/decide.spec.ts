import { decider } from '@dabba/testing/decider';
import { describe, it } from 'vitest';
import { decideVendor, type VendorCommand } from './decide.ts';
import { type VendorEvent, vendorStream } from './vendor.ts';

const vendor = decider(vendorStream, decideVendor);
const now = Date.UTC(2026, 10, 20);
const vendorId = 'vnd_1';
const profile = { name: 'Taco Loco', description: '', logoUrl: null, phone: null };
const apply: VendorCommand = { do: 'apply', vendorId, metro: 'sfo', ...profile, now };
const applied: VendorEvent = {
  type: 'VendorApplied',
  data: { vendorId, metro: 'sfo', ...profile, appliedAt: now },
};
const approve: VendorCommand = { do: 'approve', vendorId, now };
const approved: VendorEvent = { type: 'VendorApproved', data: { vendorId, approvedAt: now } };
const suspend: VendorCommand = { do: 'suspend', vendorId, reason: 'rats', now };
const suspended: VendorEvent = {
  type: 'VendorSuspended',
  data: { vendorId, reason: 'rats', suspendedAt: now },
};
const change = (to: object): VendorCommand => ({ do: 'change', vendorId, to, now });
const changed: VendorEvent = {
  type: 'VendorChanged',
  data: { vendorId, ...profile, autoAccept: false, changedAt: now },
};

describe('S2-VEN-06 a vendor', () => {
  it('applies once', () => {
    vendor.given([]).when(apply).then([applied]);
    vendor.given([applied]).when(apply).thenRefused('vendor-exists');
  });
  it('is approved, and again after it was suspended', () => {
    vendor.given([applied]).when(approve).then([approved]);
    vendor.given([applied, approved]).when(approve).thenNothing();
    vendor.given([applied, approved, suspended]).when(approve).then([approved]);
    vendor.given([]).when(approve).thenRefused('vendor-unknown');
  });
  it('is suspended once it sells', () => {
    vendor.given([applied, approved]).when(suspend).then([suspended]);
    vendor.given([applied, approved, suspended]).when(suspend).thenNothing();
    vendor.given([applied]).when(suspend).thenRefused('vendor-not-approved');
    vendor.given([]).when(suspend).thenRefused('vendor-unknown');
  });
  it('changes how it appears and takes orders', () => {
    vendor
      .given([applied])
      .when(change({ autoAccept: false }))
      .then([changed]);
    vendor
      .given([applied, changed])
      .when(change({ autoAccept: false }))
      .thenNothing();
    vendor
      .given([])
      .when(change({ name: 'x' }))
      .thenRefused('vendor-unknown');
  });
});
