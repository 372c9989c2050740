import { type Connected, connect, type StoreDeps } from '@dabba/service-kit';
import { uniquePrefix } from '@dabba/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { service } from '../service.ts';
import { debtorsOf, owedBy } from './customer-debts.ts';

let meals: Connected<StoreDeps>;
beforeAll(async () => {
  const env = { ...process.env, LOG_LEVEL: 'fatal' };
  meals = await connect(service, { kafkaPrefix: uniquePrefix('meals_debts'), env });
});
afterAll(() => meals?.close());

it('S0-INV-05 debtors are who owes more than they may in a metro, all they owe together, who owes most first', async () => {
  const { db } = meals.deps;
  const debts: [customer: string, amount: number, metro?: string][] = [
    ['a', 300],
    ['b', 200],
    ['b', 301],
    ['c', 500],
    ['e', 300],
    ['e', 201],
    ['d', 900],
    ['g', 460],
    ['g', 460],
    ['f', 5000, 'nyc'],
    ['a', 900, 'nyc'],
  ];
  await db('customer_debts').insert(
    debts.map(([customer_id, amount, metro = 'sfo'], n) => ({
      ...{ payment_id: `pay_${n}`, customer_id, metro, amount, currency: 'USD' },
    })),
  );
  expect(await debtorsOf(db, 'sfo', 500, 9)).toEqual(['g', 'd', 'b', 'e']);
  expect(await debtorsOf(db, 'sfo', 500, 2)).toEqual(['g', 'd']);
  expect(await debtorsOf(db, 'nyc', 0, 9)).toEqual(['f', 'a']);
  expect(await debtorsOf(db, 'la', 0, 9)).toEqual([]);
  expect(await owedBy(db, 'b')).toBe(501);
  expect(await owedBy(db, 'nobody')).toBe(0);
});
