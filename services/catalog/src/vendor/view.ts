import { type Static, Type } from 'typebox';
import { Id, orNull, Url } from '../schemas.ts';
import type { Entry } from '../shelf/entry.ts';
import type { Vendor } from './vendor.ts';

export const VendorView = Type.Object({
  id: Id,
  name: Type.String(),
  description: Type.String(),
  logo_url: Url,
  phone: orNull(Type.String()),
  metro: Type.String(),
  status: Type.String({ description: 'APPLIED, APPROVED, SUSPENDED' }),
  reason: Type.Union([Type.String(), Type.Null()]),
  auto_accept: Type.Boolean({ description: 'Paid orders are confirmed at once' }),
  version: Type.Integer(),
});

export function vendorView(
  { id, version }: Pick<Entry<Vendor>, 'id' | 'version'>,
  vendor: NonNullable<Vendor>,
): Static<typeof VendorView> {
  const { name, description, logoUrl, phone, metro, status, reason, autoAccept } = vendor;
  const said = { name, description, logo_url: logoUrl, phone, metro, status, reason };
  return { id, ...said, auto_accept: autoAccept, version };
}
