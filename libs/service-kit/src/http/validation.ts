import { Ajv, type Options } from 'ajv';
import addFormats from 'ajv-formats';
import type { FastifySchemaCompiler, FastifySchemaValidationError } from 'fastify';
import type { TSchema } from 'typebox';
import { type Fault, Problem } from './problem.ts';
import { pointerTo } from './text.ts';
import { holdsNoCard, noCardNumber } from './typed-text.ts';

const common: Options = {
  strict: true,
  allErrors: true,
  useDefaults: true,
  removeAdditional: false,
  discriminator: true,
  // 2.01 is a whole number of cents, though 2.01 / 0.01 is none.
  multipleOfPrecision: 6,
};
/** A body says what it means; path, query and headers are text and have to be read as numbers and booleans. */
const exact = withFormats(new Ajv({ ...common, coerceTypes: false }));
const lenient = withFormats(new Ajv({ ...common, coerceTypes: 'array' }));
const mostFaults = 20;

export const validatorCompiler: FastifySchemaCompiler<TSchema> = ({ schema, httpPart }) =>
  (httpPart === 'body' ? exact : lenient).compile(schema);

/** ajv's findings as faults; a union's branches are told by the union alone. */
export function validationProblem(
  findings: readonly FastifySchemaValidationError[],
  context: string | undefined,
) {
  const part = partOf(context);
  const errors = findings.map((finding): Fault => ({ in: part, ...described(finding) }));
  const distinct = [...new Map(errors.map((error) => [`${error.pointer} ${error.detail}`, error])).values()];
  const [first] = distinct;
  return new Problem({
    status: 400,
    code: 'invalid-request',
    detail: first ? `${part} ${first.pointer}: ${first.detail}` : `The ${part} is not as it should be.`,
    errors: distinct.slice(0, mostFaults),
  });
}

function described(finding: FastifySchemaValidationError): { pointer: string; detail: string } {
  const { keyword, instancePath, params, message = 'is not valid' } = finding;
  if (keyword === 'additionalProperties')
    return { pointer: child(instancePath, params.additionalProperty), detail: 'is not a known member' };
  if (keyword === 'required')
    return { pointer: child(instancePath, params.missingProperty), detail: 'is missing' };
  if (keyword === 'discriminator')
    return { pointer: child(instancePath, params.tag), detail: 'does not name one of the kinds there are' };
  if (keyword === 'enum' && Array.isArray(params.allowedValues))
    return { pointer: fragment(instancePath), detail: `must be one of ${params.allowedValues.join(', ')}` };
  if (keyword === 'format' && params.format === noCardNumber)
    return { pointer: fragment(instancePath), detail: 'must hold no number of a payment card' };
  if (keyword === 'const')
    return { pointer: fragment(instancePath), detail: `must be ${JSON.stringify(params.allowedValue)}` };
  return { pointer: fragment(instancePath), detail: message };
}

function child(path: string, name: unknown): string {
  return fragment(path) + pointerTo([String(name)]).slice(1);
}

function fragment(path: string): string {
  return `#${path.split('/').map(encodeURIComponent).join('/')}`;
}

function partOf(context: string | undefined): Fault['in'] {
  if (context === 'querystring') return 'query';
  if (context === 'params') return 'path';
  return context === 'headers' ? 'headers' : 'body';
}

function withFormats(ajv: Ajv): Ajv {
  addFormats.default(ajv);
  ajv.addFormat(noCardNumber, holdsNoCard);
  // A word of OpenAPI that says nothing about validity.
  ajv.addVocabulary(['example']);
  return ajv;
}
