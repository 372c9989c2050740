import type { FastifyRequest } from 'fastify';
import { type Fault, Problem } from './problem.ts';
import { badText, pointerTo } from './text.ts';

/** Refuses text in path and query that could not be kept; the body's is refused where it is parsed. */
export function checkAddress(request: FastifyRequest): void {
  const errors = [...faultsIn('path', request.params), ...faultsIn('query', request.query)];
  if (errors.length > 0)
    throw new Problem({
      status: 400,
      code: 'unacceptable-text',
      detail: 'The URL holds what we cannot keep.',
      errors,
    });
}

function faultsIn(part: 'path' | 'query', values: unknown): Fault[] {
  if (typeof values !== 'object' || values === null) return [];
  return Object.entries(values).flatMap(([name, value]) => {
    const detail = badText(name) ?? [value].flat().map(String).map(badText).find(Boolean);
    return detail === undefined ? [] : [{ in: part, pointer: pointerTo([name]), detail }];
  });
}
