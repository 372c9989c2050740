import { Environment } from '@marcbachmann/cel-js';
import { minor, portion, sum } from './money.ts';
import { isEdrpou, isGs1, isRnokpp } from './registered-ids.ts';
import { instant, localInstant } from './times.ts';

/** Parsing stops here: a rule is read by people. */
const limits = { maxAstNodes: 400, maxDepth: 32, maxListElements: 50, maxMapEntries: 0, maxCallArguments: 8 };

/**
 * What a rule may use beside CEL itself. `doc`: the document in its JSON form. `received`: when it was received, UTC
 * milliseconds. In checks also `canonical`. A number in JSON is a double in CEL, so amounts go through `minor`.
 */
const base = new Environment({ limits })
  .registerVariable('doc', 'dyn')
  .registerVariable('received', 'int')
  .registerFunction('minor(dyn, int): int', (amount: unknown, digits: bigint) =>
    BigInt(minor(amountOf(amount), small(digits))),
  )
  .registerFunction('portion(int, int, int): int', (amount: bigint, numerator: bigint, denominator: bigint) =>
    BigInt(portion(exact(amount), exact(numerator), exact(denominator))),
  )
  .registerFunction('sum(list): int', (amounts: readonly unknown[]) => BigInt(sum(amounts.map(exact))))
  .registerFunction('abs(int): int', (amount: bigint) => (amount < 0n ? -amount : amount))
  .registerFunction(
    'unique(list): bool',
    (values: readonly unknown[]) => new Set(values).size === values.length,
  )
  .registerFunction('instant(string): int', (text: string) => BigInt(instant(text)))
  .registerFunction(
    'local_instant(string, string, string): int',
    (text: string, layout: string, zone: string) => BigInt(localInstant(text, layout, zone)),
  )
  .registerFunction('is_edrpou(string): bool', isEdrpou)
  .registerFunction('is_rnokpp(string): bool', isRnokpp)
  .registerFunction('is_gs1(string): bool', isGs1);

/** For mappings: the canonical fields do not exist yet. */
export const mappingEnvironment = base.clone();

export const checkEnvironment = base.clone().registerVariable('canonical', 'dyn');

function amountOf(value: unknown): string | number {
  if (typeof value === 'string' || typeof value === 'number') return value;
  if (typeof value === 'bigint') return String(value);
  throw new RangeError('No amount');
}

function exact(value: unknown): number {
  const number = typeof value === 'bigint' ? Number(value) : value;
  if (typeof number === 'number' && Number.isSafeInteger(number)) return number;
  throw new RangeError('No whole number of minor units');
}

function small(digits: bigint): number {
  if (digits < 0n || digits > 9n) throw new RangeError('No number of decimal places');
  return Number(digits);
}
