import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hasCardNumber, isCardNumber } from './card-number.ts';

describe('S1-SEC-05 S2-PAY-05 the number of a card that somebody typed', () => {
  it.each([
    ['as it is', '4242424242424242'],
    ['in groups, with what is beside it on a card', 'card 4242 4242 4242 4242 12/27 123, thanks'],
    ['with dashes', 'pay with 5555-5555-5555-4444'],
    ['with dots and lines', '4000.0000/0000_0002'],
    ['on several lines', '3782\n822463\n10005'],
    ['digit by digit', '4 2 4 2 4 2 4 2 4 2 4 2 4 2 4 2'],
    ['in wide digits', '４２４２４２４２４２４２４２４２'],
    ['between words', 'x6011111111111117x'],
    ['after another number', '2 tacos, 1 drink: 30569309025904'],
  ])('is seen %s', (_, text) => expect(hasCardNumber(text)).toBe(true));

  it.each([
    ['a wrong check digit', '4242424242424241'],
    ['a telephone number', 'ring +1 415-555-0100'],
    ['times and gates', 'gate 4 at 12:30, code 4711, until 2026-11-22 14:00'],
    ['an instant in milliseconds', '1795276800000'],
    ['part of a longer number', '42424242424242420000'],
    ['nothing', ''],
  ])('is not seen in %s', (_, text) => expect(hasCardNumber(text)).toBe(false));

  it('is seen however it is grouped, and not with one digit changed', () => {
    const gap = fc.constantFrom('', ' ', '-', ' - ', '.', '\t');
    fc.assert(
      fc.property(fc.array(gap, { minLength: 16, maxLength: 16 }), fc.nat(15), (gaps, at) => {
        const number = '4242424242424242';
        expect(hasCardNumber([...number].map((digit, index) => digit + gaps[index]).join(''))).toBe(true);
        const other = `${number.slice(0, at)}${(Number(number[at]) + 1) % 10}${number.slice(at + 1)}`;
        expect(isCardNumber(other)).toBe(false);
      }),
    );
  });
});
