import { describe, expect, it } from 'vitest';
import { isEdrpou, isGs1, isRnokpp } from './registered-ids.ts';

describe('check digits of registered ids', () => {
  // Published numbers of the tax service, the national bank and the statistics service.
  it.each(['43005393', '00032106', '37507880'])('knows %s as a code of a legal entity', (code) => {
    expect(isEdrpou(code)).toBe(true);
  });

  it.each([
    [isEdrpou, '43005393'],
    [isGs1, '4006381333931'],
    [isGs1, '106141412345678908'],
    [isRnokpp, '1234567899'],
  ])('notices any one digit that is wrong (%o %s)', (check, number) => {
    expect(check(number)).toBe(true);
    const wrong = [...number].flatMap((digit, at) =>
      [1, 3, 7].map((by) => `${number.slice(0, at)}${(Number(digit) + by) % 10}${number.slice(at + 1)}`),
    );
    const passed = wrong.filter((each) => check(each));
    // Modulo 11 gives 10 and 0 the same digit, so a few errors pass.
    expect(passed.length / wrong.length).toBeLessThan(check === isGs1 ? 0.001 : 0.2);
  });

  it('takes nothing that is no number of its length', () => {
    for (const text of ['', '4300539', '4300539x', '٤٣٠٠٥٣٩٣', '0043005393'])
      expect([isEdrpou(text), isGs1(text)]).toEqual([false, false]);
  });
});
