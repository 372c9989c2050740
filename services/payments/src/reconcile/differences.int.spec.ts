import { type Connected, connect, type StoreDeps } from '@dabba/service-kit';
import { uniquePrefix } from '@dabba/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { service } from '../service.ts';
import { differences } from './differences.ts';
import { before, order, payment, since, write } from './spec/books.ts';
import { cases } from './spec/cases.ts';

let books: Connected<StoreDeps>;
beforeAll(async () => {
  const env = { ...process.env, LOG_LEVEL: 'fatal' };
  books = await connect(service, { kafkaPrefix: uniquePrefix('payments_rules'), env });
});
afterAll(() => books?.close());

describe('S0-INV-05 what differs', () => {
  it.each(cases.map(([title, books, ...differ]) => ({ title, entries: books, differ })))(
    '$title',
    async ({ entries, differ }) => {
      const { db } = books.deps;
      await write(db, entries);
      const found = await differences(db, { since, before });
      const told = found.map(({ kind, expected, found: is }) => [kind, expected, is]);
      expect(told.sort((one, other) => Number(one[2]) - Number(other[2]))).toEqual(differ);
    },
  );
  it('is told with its payment, its metro and its currency, so many at once', async () => {
    const { db } = books.deps;
    await write(db, [
      payment({ metro: 'nyc', currency: 'EUR' }),
      order({ metro: 'nyc', currency: 'EUR', paid: 1 }),
      order({ order_id: 'o2', payment_id: 'p2' }),
    ]);
    const found = await differences(db, { since, before });
    const about = { kind: 'order', payment_id: 'p', metro: 'nyc', currency: 'EUR' };
    expect(found).toContainEqual({ ...about, expected: 1000, found: 1 });
    expect(await differences(db, { since, before, most: 1 })).toHaveLength(1);
  });
});
