import { Type } from 'typebox';
import { expect, it } from 'vitest';
import { validatorCompiler } from './validation.ts';

it('every whole number of cents is one, and no part of a cent', () => {
  const schema = Type.Number({ multipleOf: 0.01 });
  const isValid = validatorCompiler({ schema, httpPart: 'body', method: 'POST', url: '/' });
  const amounts = Array.from({ length: 50_000 }, (_, cents) => cents / 100);
  expect([...amounts, 999_999.99].filter((amount) => !isValid(amount))).toEqual([]);
  expect([0.005, 2.015, 999_999.995].filter((amount) => isValid(amount))).toEqual([]);
});
