import { expect, test } from 'vitest';
import { Garbage, holdingsOf, plain, resultsOf } from './answers.ts';
import { extractLines, resultLines, submission } from './logistics/messages.ts';
import { linesOf } from './tax-office/messages.ts';

const registered = (id: string, externalRef = 'R-1') => ({ id, is: 'registered', externalRef }) as const;

test('a result without a usable reference, or for a receipt nobody sent, is no result', () => {
  const lines = [registered('a', 'R 1'), registered('b', '\u0000'), registered('x'), registered('c')];
  expect([...resultsOf(['a', 'b', 'c'], lines).keys()]).toEqual(['c']);
});

test('an authority that refuses and registers the same receipt has it', () => {
  const refused = { id: 'a', is: 'refused', reason: 'no' } as const;
  const held = { outcome: 'REGISTERED', externalRef: 'R-1' };
  expect(resultsOf(['a'], [refused, registered('a')]).get('a')).toEqual(held);
  expect(resultsOf(['a'], [registered('a'), refused]).get('a')).toEqual(held);
});

test('S3-RCP-05 a look-up that leaves one out, or its reference, says nothing', () => {
  expect(() => holdingsOf(['a', 'b'], [registered('a')])).toThrow(Garbage);
  expect(() => holdingsOf(['a'], [registered('a', '')])).toThrow(Garbage);
  const found = holdingsOf(['a', 'b'], [registered('a'), { id: 'b', is: 'unknown' }]);
  expect([...found.keys()]).toEqual(['a']);
});

test('a reason is one printable line', () => {
  expect(plain('no\u0000such\r\nseller \ud800')).toBe('no such seller \ufffd');
  expect(plain('\u0007')).toBe('No reason given');
  expect(plain('x'.repeat(2000))).toHaveLength(500);
});

test.each(['', '\u0001<<', '[]', '{"results":1}', 'null', '{"results":[{"uid":'])(
  'JSON %j is garbage',
  (text) => {
    expect(() => linesOf(text)).toThrow(Garbage);
  },
);

test.each([
  '',
  'null',
  '<registrationResult>',
  '<other/>',
  '<registrationResult><waybill id="1" status="ACCEPTED" reference="2"/>',
  '<!DOCTYPE r [<!ENTITY x "boo">]><registrationResult><waybill id="1" status="ACCEPTED" reference="&x;"/></registrationResult>',
  '<!DOCTYPE r SYSTEM "http://127.0.0.1/r.dtd"><registrationResult/>',
])('XML %j is garbage', (text) => {
  expect(() => resultLines(text)).toThrow(Garbage);
});

test('an answer without waybills is one', () => {
  expect(resultLines('<registrationResult/>')).toEqual([]);
  expect(extractLines('<registryExtract></registryExtract>')).toEqual([]);
  expect(
    resultLines(
      '<registrationResult><waybill id="1" status="DENIED"><reason>a &lt; b</reason></waybill></registrationResult>',
    ),
  ).toMatchObject([{ id: '1', is: 'refused', reason: 'a < b' }]);
});

test('what a document says cannot break out of the XML it is put into', () => {
  const canonical = {
    number: `"/><x a='1'>]]>&amp;\u0000\ud800`,
    issuedAt: null,
    seller: null,
    total: 5,
    currency: null,
  };
  const raw = Buffer.from('{}');
  const text = submission([
    { receiptId: 'r', clientId: '<&', type: 't', format: 'JSON', hash: 'h', raw, canonical },
  ]);
  expect(text).toContain('<client>&lt;&amp;</client>');
  expect(text).toContain('<number>&quot;/&gt;&lt;x a=&apos;1&apos;&gt;]]&gt;&amp;amp;\ufffd\ufffd</number>');
});
