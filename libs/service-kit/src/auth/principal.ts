import type { FastifyRequest } from 'fastify';
import type { JWTPayload } from 'jose';
import { Type } from 'typebox';
import { Value } from 'typebox/value';
import { Problem } from '../http/problem.ts';
import type { Principal } from '../types.ts';

/** What identity writes into a token: ids and roles only. */
const Claims = Type.Object({
  sub: Type.String({ minLength: 1 }),
  kind: Type.Union([Type.Literal('person'), Type.Literal('machine'), Type.Literal('fridge')]),
  roles: Type.Array(Type.String()),
  metro: Type.Optional(Type.Union([Type.String(), Type.Null()])),
  kitchen_id: Type.Optional(Type.String()),
  fridge_id: Type.Optional(Type.String()),
  customer_id: Type.Optional(Type.String()),
  courier_id: Type.Optional(Type.String()),
  vendor_id: Type.Optional(Type.String()),
});

/** Undefined for claims that are not those of a Dabba token. */
export function principalFrom(claims: JWTPayload): Principal | undefined {
  if (!Value.Check(Claims, claims)) return undefined;
  return {
    id: claims.sub,
    kind: claims.kind,
    roles: claims.roles,
    metro: claims.metro ?? undefined,
    ...(claims.kitchen_id !== undefined && { kitchenId: claims.kitchen_id }),
    ...(claims.fridge_id !== undefined && { fridgeId: claims.fridge_id }),
    ...(claims.customer_id !== undefined && { customerId: claims.customer_id }),
    ...(claims.courier_id !== undefined && { courierId: claims.courier_id }),
    ...(claims.vendor_id !== undefined && { vendorId: claims.vendor_id }),
  };
}

/** Of a route that is not public, where there always is one. */
export function principalOf(request: FastifyRequest): Principal {
  if (!request.principal)
    throw new Problem({ status: 401, code: 'unauthenticated', detail: 'A token is needed.' });
  return request.principal;
}

/** 403 unless the principal acts in this metro, or in the whole region (no metro in its token). */
export function requireMetro(principal: Principal, metro: string): void {
  if (principal.metro === undefined || principal.metro === metro) return;
  throw new Problem({ status: 403, code: 'other-metro', detail: `You do not act in the metro ${metro}.` });
}

/** Those who act for any vendor of where they act; all others only for the one their token names. */
const forEveryVendor: readonly string[] = ['operations', 'admin', 'service'];

/** 403 unless the principal acts for this vendor: it is its own, or it belongs to none and its role is above all. */
export function requireVendor(principal: Principal, vendorId: string): void {
  if (principal.vendorId === vendorId) return;
  if (principal.vendorId === undefined && principal.roles.some((role) => forEveryVendor.includes(role)))
    return;
  throw new Problem({
    status: 403,
    code: 'other-vendor',
    detail: `You do not act for the vendor ${vendorId}.`,
  });
}
