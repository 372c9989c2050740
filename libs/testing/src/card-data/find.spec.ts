import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { cardDataIn } from './find.ts';

const kinds = (text: string) => cardDataIn(text).map(({ kind }) => kind);

describe('S1-SEC-05 S2-PAY-05 card data', () => {
  it.each([
    ['a number', '{"number":"4242424242424242"}'],
    ['a number among letters', 'card4000000000000002x'],
    ['a number in groups', 'it is 4242 4242 4242 4242.'],
    ['a number with dashes', '5555-5555-5555-4444'],
    ['another length', 'amex 378282246310005'],
    ['groups of another length', '3782 822463 10005'],
  ])('is seen: %s', (_, text) => {
    expect(kinds(text)).toEqual(['number']);
    expect(JSON.stringify(cardDataIn(text))).not.toContain('42424242');
  });
  it.each([
    ['in JSON', '{"cvc":"737"}'],
    ['in a form', 'card[cvc]=737'],
    ['in a log', 'cvv: 1234'],
  ])('is seen: a code %s', (_, text) => expect(kinds(text)).toEqual(['cvc']));
  it('is seen: what a payment is confirmed by', () => {
    expect(kinds('{"client_secret":"pi_3abc_secret_XyZ9"}')).toEqual(['client-secret']);
  });
  it.each([
    ['a token', 'pm_card_visa pi_3MtwBwLkdIwHu7ix28a3tqPa'],
    ['times and sums', '{"at":1795276800000,"amount":424242,"phone":"4155550123"}'],
    ['a number that is none', '4242424242424241'],
    ['a name without a value', '"client_secret":null,"cvc":null'],
    ['a fraction', '0.4242424242424242'],
  ])('is not seen in %s', (_, text) => expect(kinds(text)).toEqual([]));
  it('is not seen in a hash or a nonce, which has such digits by chance', () => {
    expect(kinds('"nonce":"e94b4242424242424242a5c1f0d2b3e4"')).toEqual([]);
    expect(kinds('fade4242424242424242beef')).toEqual(['number']);
  });
  it("is not seen in a span of a trace, which is as long as a card's number", () => {
    expect(kinds('{"span_id":"4242424242424242","url":"/"}')).toEqual([]);
    expect(kinds('{"span_id":"a378282246310005"}')).toEqual([]);
    expect(kinds('{"span_id":"","note":"4242424242424242"}')).toEqual(['number']);
  });
  it('is not seen in ids', () => {
    for (let n = 0; n < 2_000; n++) expect(kinds(`ord_${randomUUID()}`)).toEqual([]);
    expect(kinds('40000000-0000-0002-8000-000000000002')).toEqual([]);
    expect(kinds('ord_abcdefab-4242-4242-8242-0001abcdefab')).toEqual([]);
    expect(kinds('abcdefab 4242-4242-8242-0001 abcdefab')).toEqual(['number']);
  });
});
