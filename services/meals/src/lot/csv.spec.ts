import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { csvRow } from './csv.ts';

describe('a row of a spreadsheet', () => {
  it('quotes what would break it', () => {
    expect(csvRow(['plain', 'a,b', 'say "no"', 'two\r\nlines', null])).toBe(
      'plain,"a,b","say ""no""","two\r\nlines",\r\n',
    );
  });
  it.each(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1', '＝1'])(
    'never begins a cell with a formula: %j',
    (cell) => {
      expect(parsed(csvRow([cell]))).toEqual([`'${cell}`]);
    },
  );
  it('gives back every cell, whatever is in it', () => {
    const cell = fc
      .string({ unit: fc.constantFrom('a', ',', '"', '\r', '\n', ' ', ';', '='), maxLength: 8 })
      .map((text) => `x${text}`);
    fc.assert(
      fc.property(fc.array(cell, { minLength: 1, maxLength: 6 }), (cells) => {
        expect(parsed(csvRow(cells))).toEqual(cells);
      }),
    );
  });
});

/** What a reader of RFC 4180 makes of one row. */
function parsed(row: string): string[] {
  const body = row.slice(0, -2);
  return [...body.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^",]*))/g)].map(
    ([, inQuotes, bare]) => inQuotes?.replaceAll('""', '"') ?? bare ?? '',
  );
}
