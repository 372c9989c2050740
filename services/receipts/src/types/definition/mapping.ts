import type { Canonical } from '../port.ts';
import { mappingEnvironment } from '../rules/environment.ts';
import { compileExpression, type Expression, type Facts, InvalidExpression } from '../rules/expression.ts';
import type { Definition } from './definition.ts';
import type { DefinitionFault } from './invalid.ts';

type Field = keyof Definition['mapping'];

/** How each field is read: CEL's type, and the value it has to come to. */
const fields: Readonly<Record<Field, 'string' | 'int'>> = {
  number: 'string',
  issued_at: 'int',
  seller: 'string',
  total: 'int',
  currency: 'string',
};

type Mapped = Record<Field, string | bigint | null>;
export type Mapper = (facts: Facts) => { mapped: Mapped; broken: Field[] };

export function compileMapping(mapping: Definition['mapping'], faults: DefinitionFault[]): Mapper {
  const compiled = fieldNames().flatMap((field): { field: Field; expression: Expression }[] => {
    const text = mapping[field];
    if (text === undefined) return [];
    try {
      return [
        { field, expression: compileExpression(mappingEnvironment, text, [fields[field], 'null_type']) },
      ];
    } catch (error) {
      if (!(error instanceof InvalidExpression)) throw error;
      faults.push({ pointer: `/mapping/${field}`, detail: error.message });
      return [];
    }
  });
  return (facts) => {
    const mapped: Mapped = { number: null, issued_at: null, seller: null, total: null, currency: null };
    const broken: Field[] = [];
    for (const { field, expression } of compiled) {
      const value = attempt(() => expression(facts));
      if (isOf(field, value)) mapped[field] = value;
      else broken.push(field);
    }
    return { mapped, broken };
  };
}

export function canonicalOf({ number, issued_at, seller, total, currency }: Mapped): Canonical {
  return {
    number: textOf(number),
    issuedAt: wholeOf(issued_at),
    seller: textOf(seller),
    total: wholeOf(total),
    currency: textOf(currency),
  };
}

function fieldNames(): Field[] {
  return ['number', 'issued_at', 'seller', 'total', 'currency'];
}

function isOf(field: Field, value: unknown): value is string | bigint | null {
  if (value === null) return true;
  if (fields[field] === 'int') return typeof value === 'bigint' && Number.isSafeInteger(Number(value));
  return typeof value === 'string' && (field !== 'currency' || /^[A-Z]{3}$/.test(value));
}

/** What throws has no value; undefined is none that CEL knows. */
function attempt(work: () => unknown): unknown {
  try {
    return work();
  } catch {
    return undefined;
  }
}

function textOf(value: string | bigint | null): string | null {
  return typeof value === 'string' ? value : null;
}

function wholeOf(value: string | bigint | null): number | null {
  return typeof value === 'bigint' ? Number(value) : null;
}
