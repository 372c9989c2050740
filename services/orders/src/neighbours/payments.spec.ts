import { expect, it } from 'vitest';
import { intentAsker } from './payments.ts';

const payments = new URL('http://payments');

it('those who ask in the same moment ask together, and each hears of their own', async () => {
  const urls: string[] = [];
  const askIntent = intentAsker(async (url) => {
    urls.push(url.searchParams.get('payment_ids') ?? '');
    const item = { status: 'REQUIRES_CONFIRMATION', provider: 'stripe' };
    return {
      items: ['pay_2', 'pay_1'].map((payment_id) => ({
        ...item,
        payment_id,
        client_secret: `of ${payment_id}`,
      })),
    };
  }, payments);
  const told = await Promise.all(['pay_1', 'pay_2', 'pay_3'].map((id) => askIntent(id)));
  expect(urls).toEqual(['pay_1,pay_2,pay_3']);
  expect(told.map((intent) => intent?.clientSecret)).toEqual(['of pay_1', 'of pay_2', undefined]);
});

it('what payments cannot say is not known, nor what it says otherwise than we know it', async () => {
  expect(await intentAsker(async () => undefined, payments)('pay_1')).toBeUndefined();
  expect(await intentAsker(async () => ({ items: [{}] }), payments)('pay_1')).toBeUndefined();
});

it('who has less time than those it asks with does not wait as long', async () => {
  let answer = (_: unknown) => {};
  const asked: number[] = [];
  const askIntent = intentAsker((_, within) => {
    asked.push(within);
    return new Promise((resolve) => {
      answer = resolve;
    });
  }, payments);
  const patient = askIntent('pay_1');
  expect(await askIntent('pay_2', 5)).toBeUndefined();
  expect(asked).toEqual([800]);
  answer({ items: [] });
  expect(await patient).toBeUndefined();
});
