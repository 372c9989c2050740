import { describe, expect, it } from 'vitest';
import { Book } from '../book/book.ts';
import { compileType } from '../definition/compile.ts';
import { sampleBytes, sampleFaults } from '../definition/sample.ts';
import { parseDocument } from '../parse.ts';
import { breaches } from './breaches.ts';
import { shippedTypes } from './index.ts';

const definitions = await shippedTypes();
const types = definitions.map((definition) => compileType(definition, 1));
const book = new Book(types);
const now = Date.UTC(2026, 10, 21);
const nameOf = (type: string, format: string) => `${type} ${format}`;

function judged(format: 'JSON' | 'XML', text: string) {
  const parsed = parseDocument(format, Buffer.from(text));
  if ('refused' in parsed) throw new Error(parsed.detail);
  const type = book.recognise(format, parsed.document);
  if (!type) throw new Error('Not recognised');
  return book.judge(type.type, format, parsed.document, now);
}

it('S3-RCP-02 ships what the city and its clients need', () => {
  expect(types.map(({ version }) => [version.type, version.format, version.authorities])).toEqual([
    ['dabba-meal-refund', 'JSON', ['tax-office']],
    ['dabba-meal-sale', 'JSON', ['tax-office', 'logistics']],
    ['dabba-order-refund', 'JSON', ['tax-office']],
    ['dabba-order-sale', 'JSON', ['tax-office']],
    ['logistics-waybill', 'JSON', ['logistics']],
    ['ua-fiscal-receipt', 'JSON', ['tax-office']],
    ['ua-fiscal-receipt', 'XML', ['tax-office']],
    ['us-sales-receipt', 'JSON', ['tax-office']],
  ]);
});

describe.each(types.map((type) => [nameOf(type.version.type, type.version.format), type] as const))(
  'S3-RCP-02 %s',
  (name, type) => {
    const { definition } = type;
    const sample = sampleBytes(definition).toString();

    it('has a sample that is recognised and keeps every rule', () => {
      expect(sampleFaults(type, now)).toEqual([]);
      const { passed, failures, version } = judged(definition.format, sample);
      expect(failures).toEqual([]);
      expect(version).toMatchObject({ type: definition.type, version: 1 });
      expect(passed).toEqual(['schema', ...definition.checks.map((check) => check.name)]);
    });

    it('says the same of it however often it is asked', () => {
      expect(judged(definition.format, sample)).toEqual(judged(definition.format, sample));
    });

    it('has a breach of each of its checks', () => {
      expect(Object.keys(breaches[name] ?? {}).sort()).toEqual(
        definition.checks.map((check) => check.name).sort(),
      );
    });

    it.each(Object.entries(breaches[name] ?? {}))('notices a breach of %s', (rule, edits) => {
      let text = sample;
      for (const [from, to] of edits) {
        expect(text).toContain(from);
        text = text.replace(from, to);
      }
      const check = definition.checks.find((each) => each.name === rule);
      const { failures, passed } = judged(definition.format, text);
      expect(failures).toEqual([{ rule, pointer: check?.pointer, detail: check?.message }]);
      expect(passed).not.toContain(rule);
    });
  },
);

it('maps amounts, times and numbers', () => {
  const canonical = Object.fromEntries(
    types.map(({ definition }) => [
      nameOf(definition.type, definition.format),
      judged(definition.format, sampleBytes(definition).toString()).canonical,
    ]),
  );
  expect(canonical).toEqual({
    'dabba-meal-sale JSON': {
      number: 'ses_018f7a30-5c00-7000-8000-000000000001',
      issuedAt: Date.UTC(2026, 4, 14, 10, 15, 30),
      seller: 'kit_sfo_1',
      total: 2300,
      currency: 'USD',
    },
    'dabba-meal-refund JSON': {
      number: 'ref_018f7a30-5c00-7000-8000-0000000000a1',
      issuedAt: Date.UTC(2026, 4, 14, 11),
      seller: 'kit_sfo_1',
      total: -1150,
      currency: 'USD',
    },
    'dabba-order-refund JSON': {
      number: 'ref_018f7a30-5c00-7000-8000-000000000002',
      issuedAt: Date.UTC(2026, 4, 14, 13, 5),
      seller: 'vnd_abc123',
      total: -1142,
      currency: 'USD',
    },
    'dabba-order-sale JSON': {
      number: 'ord_018f7a30-5c00-7000-8000-000000000001',
      issuedAt: Date.UTC(2026, 4, 14, 12, 34),
      seller: 'vnd_abc123',
      total: 1542,
      currency: 'USD',
    },
    'logistics-waybill JSON': {
      number: 'WB-2026-000314',
      issuedAt: Date.UTC(2026, 4, 14, 5, 30),
      seller: '4820000000000',
      total: 760_000,
      currency: 'UAH',
    },
    'ua-fiscal-receipt JSON': {
      number: '2718281828',
      issuedAt: Date.UTC(2026, 4, 14, 9, 31, 5),
      seller: '43215679',
      total: 31_900,
      currency: 'UAH',
    },
    'ua-fiscal-receipt XML': {
      number: '2718281829',
      issuedAt: Date.UTC(2026, 4, 14, 9, 31, 5),
      seller: '43215679',
      total: 21_200,
      currency: 'UAH',
    },
    'us-sales-receipt JSON': {
      number: 'LA-0099-31415',
      issuedAt: Date.UTC(2026, 4, 14, 19, 5, 41),
      seller: '12-3456789',
      total: 2_490,
      currency: 'USD',
    },
  });
});

it('reads an XML receipt of one line as one of several', () => {
  const xml = definitions.find(({ format }) => format === 'XML');
  if (!xml) throw new Error('There is none');
  const one = sampleBytes(xml)
    .toString()
    .replace(/<ROW ROWNUM="2">[\s\S]*?<\/ROW>/, '')
    .replaceAll('212.00', '191.00')
    .replace('35.33', '31.83');
  expect(one.match(/<ROW /g)).toHaveLength(3);
  expect(judged('XML', one).failures).toEqual([]);
});
