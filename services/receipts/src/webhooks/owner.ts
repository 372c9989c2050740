import { Problem, principalOf, type StoreDeps } from '@dabba/service-kit';
import type { FastifyRequest } from 'fastify';
import { isClient } from '../contract/admit.ts';
import type { ContractBook } from '../contract/book.ts';
import { type EndpointRow, endpointsOf } from './rows.ts';

/** The client that asks, by its contract. @throws Problem 403 for whoever is no client */
export async function clientOf(
  request: FastifyRequest,
  contracts: ContractBook,
  now: number,
): Promise<{ client: string; metro: string }> {
  const principal = principalOf(request);
  if (!isClient(principal))
    throw new Problem({
      status: 403,
      code: 'no-contract',
      detail: 'Only a client with a contract has these.',
    });
  const { metro } = await contracts.allow(principal.id, 'read', now);
  return { client: principal.id, metro };
}

/** @throws Problem 404 `webhook-unknown` */
export async function ownEndpoint(
  { pool }: Pick<StoreDeps, 'pool'>,
  client: string,
  name: string,
): Promise<EndpointRow> {
  const [row] = await endpointsOf(pool, client, name);
  if (row) return row;
  throw new Problem({ status: 404, code: 'webhook-unknown', detail: `No webhook ${name}` });
}
