import { canonical } from '@dabba/contracts';

/** Whether two definitions say the same; saying again what is so already is no news. */
export function same(one: unknown, other: unknown): boolean {
  return canonical(one) === canonical(other);
}
