import type { Instant } from '@dabba/contracts';
import type { Document } from '../parse.ts';
import type { Judgement } from '../port.ts';
import { checkEnvironment } from '../rules/environment.ts';
import { compileExpression, type Expression, type Facts, InvalidExpression } from '../rules/expression.ts';
import { arrangeBy } from './arrays.ts';
import type { Check, Definition } from './definition.ts';
import { type DefinitionFault, InvalidDefinition } from './invalid.ts';
import { canonicalOf, compileMapping } from './mapping.ts';
import { type Recognisable, recognisable } from './recognition.ts';
import { compileSchema, mostFailures } from './schema.ts';

/** A definition ready to judge. */
export interface CompiledType extends Recognisable {
  judge(document: unknown, receivedAt: Instant): Judgement;
}

type Failure = Judgement['failures'][number];

/** @throws InvalidDefinition with every place that does not hold */
export function compileType(definition: Definition, version: number): CompiledType {
  const { format, schema } = definition;
  const faults: DefinitionFault[] = [];
  const validate = compileSchema(schema);
  if (Array.isArray(validate)) faults.push(...validate);
  const map = compileMapping(definition.mapping, faults);
  const checks = compileChecks(definition.checks, faults);
  if (Array.isArray(validate) || faults.length > 0) throw new InvalidDefinition(faults);

  const arrange = format === 'XML' ? arrangeBy(schema) : (document: unknown) => document;
  const known = recognisable(definition, version);
  const named = known.version;

  function schemaFailures(document: unknown): Failure[] {
    if (typeof validate !== 'function' || validate(document)) return [];
    const places = (validate.errors ?? []).map(({ instancePath, message = 'does not fit' }) => ({
      rule: 'schema',
      pointer: instancePath,
      detail: `It ${message}.`,
    }));
    return places.slice(0, mostFailures);
  }

  return {
    ...known,
    judge(document, receivedAt) {
      const doc = arrange(document);
      const failures = schemaFailures(doc);
      // Rules are written for documents that fit the schema; the others would fail for nothing that is new.
      if (failures.length > 0 || !isDocument(doc))
        return { version: named, passed: [], failures, canonical: nothing };
      const facts: Facts = { doc, received: BigInt(receivedAt) };
      const { mapped, broken } = map(facts);
      failures.push(...broken.map(unmapped));
      const passed = ['schema'];
      for (const { check, expression } of checks) {
        const failure = run(check, expression, { ...facts, canonical: mapped });
        if (failure) failures.push(failure);
        else passed.push(check.name);
      }
      return { version: named, passed, failures, canonical: canonicalOf(mapped) };
    },
  };
}

const nothing = canonicalOf({ number: null, issued_at: null, seller: null, total: null, currency: null });

function compileChecks(checks: readonly Check[], faults: DefinitionFault[]) {
  const names = new Set(['schema']);
  return checks.flatMap((check, at): { check: Check; expression: Expression }[] => {
    if (names.has(check.name)) faults.push({ pointer: `/checks/${at}/name`, detail: 'The name is taken.' });
    names.add(check.name);
    try {
      return [{ check, expression: compileExpression(checkEnvironment, check.expression, ['bool']) }];
    } catch (error) {
      if (!(error instanceof InvalidExpression)) throw error;
      faults.push({ pointer: `/checks/${at}/expression`, detail: error.message });
      return [];
    }
  });
}

function run(
  { name: rule, pointer, message }: Check,
  expression: Expression,
  facts: Facts,
): Failure | undefined {
  try {
    return expression(facts) === true ? undefined : { rule, pointer, detail: message };
  } catch {
    // What was thrown may quote the document.
    return { rule, pointer, detail: `${message} It could not be worked out.` };
  }
}

function unmapped(field: string): Failure {
  return { rule: `mapping.${field}`, pointer: '', detail: `The field ${field} could not be worked out.` };
}

function isDocument(value: unknown): value is Document {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
