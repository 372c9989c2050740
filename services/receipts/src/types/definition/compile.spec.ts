import { readFile } from 'node:fs/promises';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Book } from '../book/book.ts';
import { minor } from '../rules/money.ts';
import { compileType } from './compile.ts';
import type { Definition } from './definition.ts';
import { InvalidDefinition } from './invalid.ts';
import { readDefinition } from './read.ts';
import { sampleFaults } from './sample.ts';

const voucher = readDefinition(await readFile(new URL('./voucher.example.yaml', import.meta.url), 'utf8'));
const now = Date.UTC(2026, 10, 21);
const document = { document: 'gift_voucher', code: 'AB12', value: '25.00' };
const check = (name: string, expression: string, message = 'It is not so.') => ({
  name,
  pointer: '/value',
  expression,
  message,
});

function judge(change: Partial<Definition>, doc: unknown = document) {
  return compileType({ ...voucher, ...change }, 1).judge(doc, now);
}

function faultsOf(change: Partial<Definition>): string[] {
  try {
    compileType({ ...voucher, ...change }, 1);
  } catch (error) {
    if (error instanceof InvalidDefinition) return error.faults.map(({ pointer }) => pointer);
    throw error;
  }
  return [];
}

describe('S3-RCP-02 the rules of a type', () => {
  it('say what is kept and what is broken, each by its name', () => {
    const checks = [
      ...voucher.checks,
      check('even', 'canonical.total % 2 == 1'),
      check('known', 'doc.code == "AB12"'),
    ];
    expect(judge({ checks })).toEqual({
      version: { type: 'gift-voucher', version: 1, format: 'JSON', authorities: ['tax-office'] },
      passed: ['schema', 'worth-something', 'known'],
      failures: [{ rule: 'even', pointer: '/value', detail: 'It is not so.' }],
      canonical: { number: 'AB12', issuedAt: null, seller: null, total: 2_500, currency: 'EUR' },
    });
  });

  it('that throw are broken, with their names', () => {
    const checks = [
      check('throws', 'doc.missing.deeper == 1'),
      check('divides', '1 / (canonical.total - canonical.total) == 1'),
    ];
    expect(judge({ checks }).failures.map(({ rule }) => rule)).toEqual(['throws', 'divides']);
  });

  it('never repeat what the document says', () => {
    const secret = 'Olena Shevchenko 4111111111111111';
    const checks = [check('throws', 'minor(doc.value, 2) > 0'), check('wrong', 'doc.code == "x"')];
    const verdicts = [
      judge({ checks }, { ...document, value: secret }),
      judge({ checks }, { ...document, code: secret }),
      judge({ checks }, { ...document, [secret]: 1 }),
    ];
    for (const { failures } of verdicts) {
      expect(failures.length).toBeGreaterThan(0);
      expect(JSON.stringify(failures)).not.toMatch(/Olena|4111/);
    }
  });

  it('are left alone where the schema is broken already', () => {
    expect(judge({}, { ...document, code: 'ab' })).toMatchObject({
      passed: [],
      failures: [{ rule: 'schema', pointer: '/code' }],
      canonical: { number: null, total: null },
    });
  });

  it('name a field that cannot be worked out', () => {
    expect(judge({ mapping: { ...voucher.mapping, seller: 'doc.seller' }, checks: [] }).failures).toEqual([
      { rule: 'mapping.seller', pointer: '', detail: 'The field seller could not be worked out.' },
    ]);
    expect(judge({ mapping: { currency: '"euro"' }, checks: [] }).failures).toHaveLength(1);
  });

  it('are pure: when it was received is all they know of time', () => {
    const mapping = { issued_at: 'instant("2026-11-21T00:00:00Z")' };
    const checks = [check('not-in-the-future', 'canonical.issued_at <= received')];
    const type = compileType({ ...voucher, mapping, checks }, 1);
    expect(type.judge(document, now).failures).toEqual([]);
    expect(type.judge(document, now - 1).failures).toHaveLength(1);
    const frozen = Object.freeze({ ...document });
    expect(type.judge(frozen, now)).toEqual(type.judge(frozen, now));
  });

  it('never throw for what a document is', () => {
    const type = compileType(voucher, 1);
    fc.assert(
      fc.property(
        fc.oneof(fc.jsonValue(), fc.record({ code: fc.jsonValue(), value: fc.jsonValue() })),
        (doc) => {
          expect(type.judge(doc, now).failures.length).toBeGreaterThan(0);
        },
      ),
    );
  });

  it('keep every amount exactly', () => {
    const type = compileType(voucher, 1);
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 999_999_999_999 }), (cents) => {
        const value = `${Math.floor(cents / 100)}.${String(cents % 100).padStart(2, '0')}`;
        expect(type.judge({ ...document, value }, now).canonical.total).toBe(cents);
        expect(minor(value, 2)).toBe(cents);
      }),
    );
  });
});

describe('a definition is refused with every place that does not hold', () => {
  it('in schema, mapping and checks at once', () => {
    expect(
      faultsOf({
        schema: { type: 'object', unknownWord: true },
        mapping: { total: 'doc.value', currency: '5' },
        checks: [check('a', 'nothing'), check('a', 'true'), check('schema', 'true')],
      }),
    ).toEqual(['/schema', '/mapping/currency', '/checks/0/expression', '/checks/1/name', '/checks/2/name']);
  });

  it.each(['(a+)+', '(a|aa)*$', '^(\\w+\\s?)*$', '(.*)*x', '(a)\\1', '([a-z]+){2,}'])(
    'for the pattern %s, which may take for ever',
    (pattern) => {
      expect(
        faultsOf({ schema: { type: 'object', properties: { a: { type: 'string', pattern } } } }),
      ).toEqual(['/schema/properties/a/pattern']);
    },
  );

  it('for references out of itself', () => {
    expect(faultsOf({ schema: { $ref: 'https://example.org/schema.json' } })).toEqual(['/schema']);
  });

  it('for a sample that is none', () => {
    const at = (change: Partial<Definition>) =>
      sampleFaults(compileType({ ...voucher, ...change }, 1), now).map(({ pointer }) => pointer);
    expect(at({})).toEqual([]);
    expect(at({ sample: '{"document":' })).toEqual(['/sample']);
    expect(at({ sample: { document: 'x' } })).toEqual(['/recognition']);
    expect(at({ sample: { ...document, value: '0.00' } })).toEqual(['/sample/value']);
  });
});

describe('a document is of the type that asks for most', () => {
  const typed = (type: string, recognition: Definition['recognition'], version = 1) =>
    compileType({ ...voucher, type, recognition }, version);
  const wide = typed('a-wide', [{ pointer: '/document', exists: true }]);
  const narrow = typed('b-narrow', [{ pointer: '/document', equals: 'gift_voucher' }]);
  const narrowest = typed('c-narrowest', [
    { pointer: '/document', equals: 'gift_voucher' },
    { pointer: '/code', exists: true },
  ]);

  it('whatever the order in which they were defined', () => {
    for (const types of [
      [wide, narrow, narrowest],
      [narrowest, narrow, wide],
    ]) {
      const book = new Book(types);
      expect(book.recognise('JSON', document)?.type).toBe('c-narrowest');
      expect(book.recognise('JSON', { document: 'gift_voucher' })?.type).toBe('b-narrow');
      expect(book.recognise('JSON', { document: 1 })?.type).toBe('a-wide');
      expect(book.recognise('JSON', {})).toBeUndefined();
      expect(book.recognise('XML', document)).toBeUndefined();
    }
  });

  it('by its newest version', () => {
    const book = new Book([
      typed('x', [{ pointer: '/code', exists: true }], 2),
      typed('x', [{ pointer: '/document', exists: true }], 1),
    ]);
    expect(book.recognise('JSON', { code: 'A' })?.version).toBe(2);
    expect(book.recognise('JSON', { document: 'A' })).toBeUndefined();
  });

  it('by what it has itself, not by what every object has', () => {
    const odd = new Book([typed('odd', [{ pointer: '/constructor', exists: true }])]);
    expect(odd.recognise('JSON', {})).toBeUndefined();
    const without = new Book([typed('odd', [{ pointer: '/code', exists: false }])]);
    expect(without.recognise('JSON', { code: null })).toBeUndefined();
    expect(without.recognise('JSON', {})?.type).toBe('odd');
    const steps = new Book([typed('odd', [{ pointer: '/a~1b/~0/1', equals: 'x' }])]);
    expect(steps.recognise('JSON', { 'a/b': { '~': ['w', 'x'] } })?.type).toBe('odd');
  });
});
