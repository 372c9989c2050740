import { referred } from './recognition.ts';

type Members = Readonly<Record<string, unknown>>;
export type Arrange = (value: unknown) => unknown;

const deepest = 64;

/**
 * In XML one line looks like a single element and two like an array. Where the schema asks for an array, one that stands
 * alone is put into an array, so that schema and rules see one shape.
 */
export function arrangeBy(schema: Members): Arrange {
  return (document) => arrange(document, schema, schema, 0);
}

function arrange(value: unknown, part: unknown, root: Members, depth: number): unknown {
  if (depth > deepest) return value;
  const schema = resolve(part, root);
  if (!schema) return value;
  if (schema.type === 'array') {
    const items = Array.isArray(value) ? value : [value];
    return items.map((item) => arrange(item, schema.items, root, depth + 1));
  }
  if (!isMembers(value) || !isMembers(schema.properties)) return value;
  const { properties } = schema;
  return Object.fromEntries(
    Object.entries(value).map(([name, child]) => [
      name,
      Object.hasOwn(properties, name) ? arrange(child, properties[name], root, depth + 1) : child,
    ]),
  );
}

function resolve(part: unknown, root: Members): Members | undefined {
  let schema = part;
  for (let steps = 0; steps < deepest && isMembers(schema) && typeof schema.$ref === 'string'; steps++)
    schema = referred(root, schema.$ref);
  return isMembers(schema) ? schema : undefined;
}

function isMembers(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
