import { type Refusal, refuse } from '@dabba/event-store';
import type { Principal } from '@dabba/service-kit';

/** Whether they answer for fridges, and so act for any customer. */
export function answersForAll({ roles }: Pick<Principal, 'roles'>): boolean {
  return roles.some((role) => role === 'operations' || role === 'admin');
}

/** For whom the caller may reserve: customers for themselves, operations for whom they name. */
export function claimantOf(principal: Principal, wanted: string | undefined): string | Refusal {
  const { customerId: own } = principal;
  if (wanted !== undefined && wanted !== own && !answersForAll(principal))
    return refuse(403, 'other-customer', 'You reserve for yourself only', { pointer: '/customer_id' });
  const customerId = wanted ?? own;
  return customerId ?? refuse(422, 'customer-missing', 'Say for whom', { pointer: '/customer_id' });
}
