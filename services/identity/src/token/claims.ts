import type { PrincipalRegistered } from '@dabba/contracts';

/** What a token says beside iss, aud, sub, iat, exp and jti: ids and roles only (S1-SEC-02, X-04). */
export interface Claims {
  kind: string;
  roles: readonly string[];
  metro?: string;
  kitchen_id?: string;
  fridge_id?: string;
  customer_id?: string;
  courier_id?: string;
  vendor_id?: string;
}

export function claimsOf(profile: PrincipalRegistered): Claims {
  return {
    kind: profile.kind,
    roles: profile.roles,
    ...(profile.metro !== null && { metro: profile.metro }),
    ...(profile.kitchenId !== null && { kitchen_id: profile.kitchenId }),
    ...(profile.fridgeId !== null && { fridge_id: profile.fridgeId }),
    ...(profile.customerId !== null && { customer_id: profile.customerId }),
    ...(profile.courierId !== null && { courier_id: profile.courierId }),
    ...(typeof profile.vendorId === 'string' && { vendor_id: profile.vendorId }),
  };
}
