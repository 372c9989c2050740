import type { Metro } from '@dabba/contracts';
import { Problem, type StoreDeps } from '@dabba/service-kit';
import type { FastifyRequest } from 'fastify';
import type { OpenBook } from './book/open.ts';
import { type DefinitionFault, InvalidDefinition } from './definition/invalid.ts';

export interface TypeRouteDeps extends Pick<StoreDeps, 'pool' | 'now' | 'env'> {
  store: Pick<StoreDeps['store'], 'unit'>;
  types: OpenBook;
  /** Whose partitions the streams of types are in. */
  metro: Metro;
  /** Names of the authorities that a type may ask for. */
  authorities: readonly string[];
  /** Lets in who may read. @throws Problem */
  admit(request: FastifyRequest): Promise<unknown>;
}

/** @throws Problem 422 `invalid-receipt-type` that names every place */
export async function asProblem<R>(at: string, work: () => Promise<R> | R): Promise<R> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof InvalidDefinition)) throw error;
    throw new Problem({
      status: 422,
      code: 'invalid-receipt-type',
      detail: 'The definition does not hold.',
      errors: bodyFaults(error.faults, at),
    });
  }
}

/** What a definition's faults are in the request that brought it. @param at where it stands in the body */
function bodyFaults(faults: readonly DefinitionFault[], at: string) {
  return faults.map(({ pointer, detail }) => ({ in: 'body' as const, pointer: `#${at}${pointer}`, detail }));
}
