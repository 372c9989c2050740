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
  const levels: { value: object; depth: number }[] = [{ value: document, depth: 1 }];
  for (let level = levels.pop(); level; level = levels.pop()) {
    const { value, depth } = level;
    if (depth > deepest) return { fault: `It is nested more than ${deepest} deep.` };
    for (const [name, child] of Object.entries(value)) {
      if (++values > mostValues) return { fault: `It holds more than ${mostValues} values.` };
      if (!Array.isArray(value)) {
        members++;
        if (name === '__proto__') return { fault: 'The name __proto__ is not allowed.' };
        const fault = badText(name);
        if (fault !== undefined) return { fault };
      }
      if (typeof child === 'string') {
        const fault = badText(child);
        if (fault !== undefined) return { fault };
      } else if (typeof child === 'object' && child !== null) levels.push({ value: child, depth: depth + 1 });
    }
  }
  return { members };
}
