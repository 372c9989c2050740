import type { Vendor } from './vendor.ts';

export const approved: NonNullable<Vendor> = {
  name: '',
  description: '',
  logoUrl: null,
  phone: null,
  autoAccept: true,
  metro: 'sfo',
  status: 'APPROVED',
  reason: null,
};
