import { Ajv, type ValidateFunction } from 'ajv';
import addFormats from 'ajv-formats';
import type { DefinitionFault } from './invalid.ts';

export const mostFailures = 20;

/** One for all: making one costs more than a schema does. */
const ajv = addFormats.default(new Ajv({ strict: true, strictRequired: false, allErrors: true }));

/** @returns the compiled schema, or why it is none */
export function compileSchema(
  schema: Readonly<Record<string, unknown>>,
): ValidateFunction | DefinitionFault[] {
  const faults = [...patternsIn(schema, '/schema')].filter(({ pattern }) => isSlow(pattern));
  if (faults.length > 0)
    return faults.map(({ pointer }) => ({
      pointer,
      detail: 'A repetition within a repetition may take for ever.',
    }));
  if ('$async' in schema) return [{ pointer: '/schema/$async', detail: 'A schema cannot wait.' }];
  try {
    return ajv.compile(schema);
  } catch (error) {
    return [{ pointer: '/schema', detail: error instanceof Error ? error.message : String(error) }];
  } finally {
    // Neither the next schema's references nor memory find anything of this one.
    ajv.removeSchema(schema);
  }
}

interface Pattern {
  pointer: string;
  pattern: string;
}

function* patternsIn(value: unknown, pointer: string): Generator<Pattern> {
  if (typeof value !== 'object' || value === null) return;
  for (const [name, child] of Object.entries(value)) {
    const at = `${pointer}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`;
    if (name === 'pattern' && typeof child === 'string') yield { pointer: at, pattern: child };
    if (name === 'patternProperties' && typeof child === 'object' && child !== null)
      for (const pattern of Object.keys(child)) yield { pointer: at, pattern };
    yield* patternsIn(child, at);
  }
}

/** Exponential backtracking needs a repeated group that holds a repetition or a choice, or a reference back. */
function isSlow(pattern: string): boolean {
  const plain = pattern.replace(/\\[^\d]|\[(?:\\.|[^\]\\])*\]/g, 'x');
  return /\\[1-9]|\((?:[^()]|\([^()]*\))*[+*{|](?:[^()]|\([^()]*\))*\)(?:[+*]|\{\d*,)/.test(plain);
}
