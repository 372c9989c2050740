import { badText } from '@dabba/service-kit';

/** As the doors for other JSON have them. */
export const deepest = 64;
export const mostValues = 20_000;

/** What a parsed document holds that it may not, or how many members its objects have. */
export type Measured = { fault: string } | { members: number };

/** Depth, number of values, characters that neither Postgres nor Avro keeps, names that touch prototypes. */
export function measure(document: object): Measured {
  let members = 0;
  let values = 0;

  function faultIn(value: unknown, depth: number): string | undefined {
    if (typeof value === 'string') return badText(value);
    if (typeof value !== 'object' || value === null) return undefined;
    if (depth > deepest) return `It is nested more than ${deepest} deep.`;
    if (Array.isArray(value)) return firstFault(value, depth);
    const names = Object.keys(value);
    members += names.length;
    for (const name of names) {
      const fault = name === '__proto__' ? 'The name __proto__ is not allowed.' : badText(name);
      if (fault !== undefined) return fault;
    }
    return firstFault(Object.values(value), depth);
  }

  function firstFault(children: readonly unknown[], depth: number): string | undefined {
    values += children.length;
    if (values > mostValues) return `It holds more than ${mostValues} values.`;
    for (const child of children) {
      const fault = faultIn(child, depth + 1);
      if (fault !== undefined) return fault;
    }
    return undefined;
  }

  const fault = faultIn(document, 1);
  return fault === undefined ? { members } : { fault };
}
