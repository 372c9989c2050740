import type { Format, TypeVersion } from '../port.ts';
import type { Condition, Definition } from './definition.ts';

/** Names on the way of a JSON pointer (RFC 6901). */
function stepsOf(pointer: string): string[] {
  const steps = pointer.split('/').slice(1);
  return steps.map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
}

/** Undefined where there is nothing. Only what an object or array has itself counts. */
function valueAt(document: unknown, steps: readonly string[]): unknown {
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
function recogniser(conditions: readonly Condition[]): (document: unknown) => boolean {
  const prepared = conditions.map((condition) => ({ condition, steps: stepsOf(condition.pointer) }));
  return (document) =>
    prepared.every(({ condition, steps }) => {
      const value = valueAt(document, steps);
      return 'equals' in condition ? value === condition.equals : (value !== undefined) === condition.exists;
    });
}

/** A definition as far as it takes documents; its schema and rules need not be compiled for that. */
export interface Recognisable {
  version: TypeVersion;
  definition: Definition;
  /** Where several types recognise a document, the one that asks for most has it. */
  specificity: number;
  recognises(document: unknown): boolean;
}

export function recognisable(definition: Definition, version: number): Recognisable {
  const { type, format, authorities, recognition } = definition;
  return {
    version: { type, version, format, authorities },
    definition,
    specificity: recognition.reduce((total, condition) => total + ('equals' in condition ? 2 : 1), 0),
    recognises: recogniser(recognition),
  };
}

/** In the order in which they are asked: who asks for most first, then by name. */
export function inOrder<T extends Recognisable>(types: Iterable<T>): T[] {
  return [...types].sort(
    (a, b) => b.specificity - a.specificity || (a.version.type < b.version.type ? -1 : 1),
  );
}

/** @param types in order */
export function takerOf<T extends Recognisable>(
  types: readonly T[],
  format: Format,
  document: unknown,
): T | undefined {
  return types.find((type) => type.version.format === format && type.recognises(document));
}
