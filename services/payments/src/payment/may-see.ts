import { mayDo, type Principal, Problem } from '@dabba/service-kit';
import type { Paying } from './payment.ts';

/** Its customer, or a service that answers to them: only they get the secret by which it is confirmed. */
export function isTheirs({ roles, customerId: own }: Principal, { customerId }: Paying): boolean {
  return roles.includes('service') || (customerId !== null && own === customerId);
}

/** People of ours see those of the metro they act in. */
export function maySee(principal: Principal, payment: Paying): boolean {
  if (isTheirs(principal, payment)) return true;
  const isHere = principal.metro === undefined || principal.metro === payment.metro;
  return isHere && mayDo(principal.roles, 'payments:read-all');
}

export function unknownPayment(id: string): Problem {
  return new Problem({ status: 404, code: 'payment-unknown', detail: `No payment ${id} of yours` });
}
