import { Problem } from '@dabba/service-kit';
import { expect, it } from 'vitest';
import { contractBook } from './book.ts';
import type { Contract } from './contract.ts';

const terms: NonNullable<Contract> = {
  mode: 'READ',
  metro: 'sfo',
  quotaPerMinute: 2,
  validFrom: 0,
  validTo: null,
  signedAt: 0,
};
const said = (error: unknown) => (error instanceof Problem ? error.init : error);

it('S3-SEC-01 a contract for reading is held to so many requests a minute, and says when to come back', async () => {
  const book = contractBook(async () => terms);
  const ask = (now: number) => book.allow('a', 'read', now).then(() => 'in', said);
  expect(await Promise.all([ask(45_000), ask(45_000)])).toEqual(['in', 'in']);
  expect(await ask(45_000)).toMatchObject({
    status: 429,
    code: 'over-quota',
    retryAfter: 15,
    detail: 'This contract allows 2 requests a minute.',
  });
  expect(await book.allow('b', 'read', 45_000).then(() => 'in', said), 'another client').toBe('in');
  expect(await ask(60_000), 'the next minute').toBe('in');
});

it('S3-SEC-01 who hands in is held to its documents, and may ask what became of them', async () => {
  const book = contractBook(async () => ({ ...terms, mode: 'READ_WRITE' }));
  const contract = await book.allow('a', 'write', 0);
  book.count('a', contract, 2, 0);
  for (let n = 0; n < 5; n += 1) await book.allow('a', 'read', 0);
  expect(() => book.count('a', contract, 1, 0)).toThrow('2 documents a minute');
});
