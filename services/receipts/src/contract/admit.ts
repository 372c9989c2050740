import { mayDo, type Principal, principalOf } from '@dabba/service-kit';
import type { FastifyRequest } from 'fastify';
import type { ContractBook } from './book.ts';

/** Whoever may not sign contracts needs one, also to read. Who may works here, and is no machine, unless it is one of our own services. */
export function isClient({ kind, roles }: Principal): boolean {
  if (roles.includes('service')) return false;
  return kind === 'machine' || !mayDo(roles, 'receipts:contracts');
}

/** S3-SEC-01: who reads, if the contract of today lets it. @throws Problem 403 `no-contract` */
export function admitting(
  contracts: ContractBook,
  now: () => number,
): (request: FastifyRequest) => Promise<Principal> {
  return async (request) => {
    const principal = principalOf(request);
    if (isClient(principal)) await contracts.allow(principal.id, 'read', now());
    return principal;
  };
}
