import { describe, expect, it } from 'vitest';
import { checkEnvironment, mappingEnvironment } from './environment.ts';
import { compileExpression, InvalidExpression } from './expression.ts';

const run = (text: string, doc: Record<string, unknown>, types = ['bool']) =>
  compileExpression(
    checkEnvironment,
    text,
    types,
  )({ doc, received: 1_700_000_000_000n, canonical: { total: 300n } });
const compile =
  (text: string, types = ['bool']) =>
  () =>
    compileExpression(checkEnvironment, text, types);

describe('S3-RCP-02 expressions of rules', () => {
  it('see the document, its canonical fields, and money exactly', () => {
    const doc = { lines: [{ sum: '0.10' }, { sum: 0.2 }, { sum: '2.7' }], rate: '8.875' };
    expect(run('sum(doc.lines.map(l, minor(l.sum, 2))) == canonical.total', doc)).toBe(true);
    expect(run('portion(1000, minor(doc.rate, 4), 1000000)', doc, ['int'])).toBe(89n);
    expect(run('unique(doc.lines.map(l, l.sum)) && abs(-1) == 1', doc)).toBe(true);
  });

  it('know times with an offset, and those on a wall', () => {
    expect(run('instant("2026-01-01T02:00:00+02:00")', {}, ['int'])).toBe(BigInt(Date.UTC(2026, 0, 1)));
    expect(run('local_instant("01072026 153000", "ddMMyyyy HHmmss", "Europe/Kyiv")', {}, ['int'])).toBe(
      BigInt(Date.UTC(2026, 6, 1, 12, 30)),
    );
    expect(() => run('instant("2026-01-01T02:00:00") < received', {})).toThrow();
    expect(() => run('instant("yesterday") < received', {})).toThrow();
  });

  it.each([
    ['is not CEL', 'doc.a =='],
    ['calls what there is not', 'shell("ls") == 1'],
    ['knows a variable there is not', 'process.env == "x"'],
    ['is not of its type', '"text"'],
    ['compares what cannot be compared', '1 + "a" == 2'],
    [
      'is endless to read',
      Array.from({ length: 300 }, () => '1')
        .join('+')
        .concat(' == 1'),
    ],
    ['is nested too deep', `${'('.repeat(100)}true${')'.repeat(100)}`],
    ['goes through a document three times over', 'doc.a.all(x, doc.a.all(y, doc.a.all(z, true)))'],
    ['hides a loop in a name', 'cel.bind(x, doc.a, x.all(y, true))'],
    ['runs a pattern', 'doc.a.matches("(a+)+$")'],
  ])('refuse one that %s', (_, text) => {
    expect(compile(text)).toThrow(InvalidExpression);
  });

  it('throw for what a document lacks, and for what is no amount', () => {
    expect(() => run('doc.a.b == 1', {})).toThrow();
    expect(() => run('minor(doc.a, 2) == 1', { a: 'twelve' })).toThrow();
    expect(() => run('minor(doc.a, 2) == 1', { a: null })).toThrow();
  });

  it('stop when they take too long, whatever the document holds', () => {
    const doc = { lines: Array.from({ length: 6_000 }, (_, n) => ({ n })) };
    const started = performance.now();
    expect(() => run('doc.lines.all(a, doc.lines.exists(b, b.n == a.n + 0.0))', doc)).toThrow('too long');
    expect(performance.now() - started).toBeLessThan(5_000);
  });

  it('of mappings know no canonical fields', () => {
    expect(() => compileExpression(mappingEnvironment, 'canonical.total', ['int'])).toThrow(
      InvalidExpression,
    );
  });
});
