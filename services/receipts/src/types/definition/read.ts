import { Value } from 'typebox/value';
import { parse } from 'yaml';
import { Definition } from './definition.ts';
import { InvalidDefinition } from './invalid.ts';

/** A definition as people write it: YAML, of which JSON is a part. @throws InvalidDefinition */
export function readDefinition(text: string): Definition {
  const value: unknown = parse(text);
  if (Value.Check(Definition, value)) return value;
  throw new InvalidDefinition(
    Value.Errors(Definition, value).map(({ instancePath: pointer, message }) => ({
      pointer,
      detail: message,
    })),
  );
}
