import type { PrincipalRegistered } from '@dabba/contracts';
import { type Static, Type } from 'typebox';
import type { PrincipalRow } from '../read-models/principal-list.ts';
import { claimsOf } from '../token/claims.ts';

/** A principal as the API shows it. */
export const PrincipalResource = Type.Object({
  id: Type.String(),
  kind: Type.String(),
  roles: Type.Array(Type.String()),
  metro: Type.Optional(Type.String({ description: 'Left out for one that acts in the whole region' })),
  kitchen_id: Type.Optional(Type.String()),
  fridge_id: Type.Optional(Type.String()),
  customer_id: Type.Optional(Type.String()),
  courier_id: Type.Optional(Type.String()),
  vendor_id: Type.Optional(Type.String()),
  registered_at: Type.String({ format: 'date-time' }),
});

export type PrincipalResource = Static<typeof PrincipalResource>;

export function resourceOf(profile: PrincipalRegistered): PrincipalResource {
  const { roles, ...claims } = claimsOf(profile);
  return {
    id: profile.principalId,
    ...claims,
    roles: [...roles],
    registered_at: new Date(profile.registeredAt).toISOString(),
  };
}

export function resourceOfRow(row: PrincipalRow): PrincipalResource {
  return {
    id: row.principal_id,
    kind: row.kind,
    roles: row.roles,
    ...(row.metro !== null && { metro: row.metro }),
    ...(row.kitchen_id !== null && { kitchen_id: row.kitchen_id }),
    ...(row.fridge_id !== null && { fridge_id: row.fridge_id }),
    ...(row.customer_id !== null && { customer_id: row.customer_id }),
    ...(row.courier_id !== null && { courier_id: row.courier_id }),
    registered_at: new Date(Number(row.registered_at)).toISOString(),
  };
}
