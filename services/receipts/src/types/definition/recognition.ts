import type { Condition } from './definition.ts';

/** Names on the way of a JSON pointer (RFC 6901). */
function stepsOf(pointer: string): string[] {
  const steps = pointer.split('/').slice(1);
  return steps.map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
}

/** Undefined where there is nothing. Only what an object or array has itself counts. */
export function valueAt(document: unknown, steps: readonly string[]): unknown {
  let value = document;
  for (const name of steps) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
    value = Reflect.get(value, name);
  }
  return value;
}

/** What a local reference of a JSON Schema (`#/$defs/line`) stands for. */
export function referred(schema: unknown, reference: string): unknown {
  return valueAt(schema, stepsOf(reference.replace(/^#/, '')));
}

/** Whether a document is of a type: all its conditions hold. */
export function recogniser(conditions: readonly Condition[]): (document: unknown) => boolean {
  const prepared = conditions.map((condition) => ({ condition, steps: stepsOf(condition.pointer) }));
  return (document) =>
    prepared.every(({ condition, steps }) => {
      const value = valueAt(document, steps);
      return 'equals' in condition ? value === condition.equals : (value !== undefined) === condition.exists;
    });
}

/** Where several types recognise a document, the one that asks for most has it. */
export function specificity(conditions: readonly Condition[]): number {
  return conditions.reduce((total, condition) => total + ('equals' in condition ? 2 : 1), 0);
}
