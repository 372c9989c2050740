import { type TestDatabase, testDatabase } from '@dabba/testing';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { migrateStore, openStore } from '../index.ts';
import { region } from '../spec/shelf.ts';
import { column } from './columns.ts';
import { rows } from './query.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase('postgres');
});
afterAll(() => database.drop());

test('several processes may migrate and open a store at once, and again', async () => {
  await Promise.all(Array.from({ length: 6 }, () => migrateStore(database.pool)));
  await migrateStore(database.pool);
  const stores = await Promise.all(
    Array.from({ length: 4 }, () => openStore({ pool: database.pool, region })),
  );
  expect(new Set(stores.map(({ source }) => source)).size).toBe(1);
  await Promise.all(stores.map((store) => store.close()));
});

test('columns arrive as they were sent', async () => {
  const line = fc.record({
    text: fc.option(fc.string({ unit: 'grapheme' }).map((some) => some.replaceAll('\u0000', ''))),
    int2: fc.integer({ min: -32768, max: 32767 }),
    int4: fc.integer(),
    int8: fc.maxSafeInteger(),
    date: fc
      .date({ min: new Date(0), max: new Date('2099-12-31'), noInvalidDate: true })
      .map((date) => date.toISOString().slice(0, 10)),
    timestamptz: fc.date({ min: new Date(0), max: new Date('2099-12-31'), noInvalidDate: true }),
    uuid: fc.option(fc.uuid()),
    bytea: fc.uint8Array().map((bytes) => Buffer.from(bytes)),
    jsonb: fc.option(fc.record({ a: fc.integer(), b: fc.string({ unit: 'grapheme-ascii' }) })),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(line, { maxLength: 20 }), async (lines) => {
      const found = await rows(database.pool, {
        text: `select text, int2, int4, int8, date::text as date, timestamptz, uuid, bytea, jsonb
                 from unnest($1::text[], $2::int2[], $3::int4[], $4::int8[], $5::date[], $6::timestamptz[], $7::uuid[],
                         $8::bytea[], $9::jsonb[])
                      l(text, int2, int4, int8, date, timestamptz, uuid, bytea, jsonb)`,
        values: [
          column.text(lines.map(({ text }) => text)),
          column.int2(lines.map(({ int2 }) => int2)),
          column.int4(lines.map(({ int4 }) => int4)),
          column.int8(lines.map(({ int8 }) => int8)),
          column.date(lines.map(({ date }) => date)),
          column.timestamptz(lines.map(({ timestamptz }) => timestamptz.getTime())),
          column.uuid(lines.map(({ uuid }) => uuid)),
          column.bytea(lines.map(({ bytea }) => bytea)),
          column.jsonb(lines.map(({ jsonb }) => jsonb && JSON.stringify(jsonb))),
        ],
      });
      expect(found).toEqual(lines);
    }),
    { numRuns: 40 },
  );
});
