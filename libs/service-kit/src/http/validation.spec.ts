import { Type } from 'typebox';
import { Value } from 'typebox/value';
import { expect, it } from 'vitest';
import { typedText } from './typed-text.ts';
import { validationProblem, validatorCompiler } from './validation.ts';

it('every whole number of cents is one, and no part of a cent', () => {
  const schema = Type.Number({ multipleOf: 0.01 });
  const isValid = validatorCompiler({ schema, httpPart: 'body', method: 'POST', url: '/' });
  const amounts = Array.from({ length: 50_000 }, (_, cents) => cents / 100);
  expect([...amounts, 999_999.99].filter((amount) => !isValid(amount))).toEqual([]);
  expect([0.005, 2.015, 999_999.995].filter((amount) => isValid(amount))).toEqual([]);
});

it('S1-SEC-05 what people type holds no number of a card, and it is said why', () => {
  const schema = Type.Object({ words: typedText(100) });
  const isValid = validatorCompiler({ schema, httpPart: 'body', method: 'POST', url: '/' });
  const [right, wrong] = [{ words: 'Ring 415 555 0100' }, { words: 'take 4242 4242 4242 4242' }];
  expect([isValid(right), Value.Check(schema, right)]).toEqual([true, true]);
  expect([isValid(wrong), Value.Check(schema, wrong)]).toEqual([false, false]);
  const finding = { keyword: 'format', instancePath: '/words', schemaPath: '' };
  const { errors } = validationProblem([{ ...finding, params: { format: 'no-card-number' } }], 'body').init;
  expect(errors).toEqual([
    { in: 'body', pointer: '#/words', detail: 'must hold no number of a payment card' },
  ]);
});
