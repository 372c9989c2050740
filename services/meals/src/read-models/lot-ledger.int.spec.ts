import type { Recorded } from '@dabba/contracts';
import { verify } from '@dabba/projections';
import { type TestDatabase, testDatabase } from '@dabba/testing';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { handFed } from '../../../../libs/projections/src/spec/hand-fed.ts';
import type { Draft } from '../../../../libs/projections/src/spec/world.ts';
import { sumOf } from '../lot/ledger.ts';
import { imbalances, LogLedger } from '../lot/log-ledger.ts';
import { ledgersBy } from './ledger.ts';
import { lotLedger } from './lot-ledger.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase('lotledger');
});
afterAll(() => database.drop());

const noon = Date.UTC(2026, 10, 20, 12);
const lots = ['l0', 'l1', 'l2'] as const;
const perLot = 3;
const history = fc.record({
  /** Which meal goes on next, what happens to it, and in which fridge: whatever fridges may say, sensible or not. */
  turns: fc.array(
    fc.record({ meal: fc.nat({ max: 8 }), step: fc.nat({ max: 12 }), fridge: fc.constantFrom('f1', 'f2') }),
    { maxLength: 60 },
  ),
  resends: fc.array(fc.record({ at: fc.nat({ max: 70 }), back: fc.nat({ max: 20 }) }), { maxLength: 3 }),
  batch: fc.integer({ min: 1, max: 25 }),
});

test('sums balance by lot and fridge, whatever happens, in whatever order partitions come, told once or twice', async () => {
  await fc.assert(
    fc.asyncProperty(history, async ({ turns, resends, batch }) => {
      await database.pool.query(
        'drop table if exists lots, lot_meals, dabba.checkpoints, dabba.parked_streams, dabba.parked_events',
      );
      const drafts = [...made(), ...turns.map(later)].map((draft, index) => ({
        ...draft,
        position: index + 1,
      }));
      const fed = await handFed('lotledger', database);
      fed.append(relayed(drafts, resends));
      const member = await fed.member(lotLedger);
      await Promise.all([1, 0].map((partition) => member.drain('meals', partition, batch)));

      const log = new LogLedger();
      for (const draft of drafts) log.take(recorded(draft));
      const byLot = await ledgersBy(database.db, 'lot', {});
      const folded = new Map(byLot.map(({ key, produced: _all, ...ledger }) => [key, ledger]));
      expect(imbalances(log.lots(), folded)).toEqual([]);
      for (const by of ['lot', 'fridge', 'kitchen', 'courier', 'metro'] as const) {
        const rows = await ledgersBy(database.db, by, { day: '2026-11-20' });
        for (const { key: _key, produced, ...ledger } of rows) expect(sumOf(ledger)).toBe(produced);
        expect(rows.reduce((sum, { produced }) => sum + produced, 0)).toBe(lots.length * perLot);
      }
      expect(await verify(lotLedger, fed)).toMatchObject({ equal: true });
    }),
    { numRuns: 20 },
  );
});

function recorded(draft: Draft): Recorded {
  const { stream, position } = draft;
  const meta = { id: `${position}`, source: 'test', stream, streamType: 'test', version: position, position };
  return { ...draft, meta: { ...meta, metro: 'lviv', time: noon } };
}

function made(): Draft[] {
  const times = { producedAt: noon, expiresAt: noon + 3_600_000 };
  const of = (lotId: string) => ({ lotId, sku: 'dal', kitchenId: 'k1', ...times });
  return lots.flatMap((lotId, lot): Draft[] => [
    {
      type: 'LotCreated',
      stream: lotId,
      partition: lot % 2,
      position: 0,
      data: {
        ...of(lotId),
        quantity: perLot,
        allergens: [],
        mayContain: [],
        allergensKnown: true,
        mayContainKnown: true,
      },
    },
    ...Array.from({ length: perLot }, (_, index): Draft => {
      const meal = lot * perLot + index;
      const data = { ...of(lotId), mealId: `m${meal}`, customerId: null };
      return { type: 'MealProduced', stream: `m${meal}`, partition: meal % 2, position: 0, data };
    }),
  ]);
}

function later({ meal, step, fridge: fridgeId }: { meal: number; step: number; fridge: string }): Draft {
  const mealId = `m${meal}`;
  const at = noon + step;
  const where = { stream: mealId, partition: meal % 2, position: 0 };
  const of = { mealId, lotId: lots[Math.floor(meal / perLot)] ?? 'l0', sku: 'dal', fridgeId };
  const nobody = { ...of, customerId: null };
  const bought = { ...of, customerId: 'c1' };
  const paid = { ...bought, price: 850, currency: 'USD' };
  const drafts: Draft[] = [
    {
      ...where,
      type: 'MealShipped',
      data: {
        mealId,
        fridgeId,
        courierId: 'r1',
        customerId: null,
        shippedAt: at,
        inferred: false,
        routeId: null,
      },
    },
    { ...where, type: 'MealStocked', data: { ...nobody, stockedAt: at } },
    { ...where, type: 'MealReserved', data: { ...bought, sessionId: null, until: at + 1, reservedAt: at } },
    {
      ...where,
      type: 'MealReservationReleased',
      data: { ...bought, reason: 'TIMEOUT', releasedAt: at },
    },
    { ...where, type: 'MealSold', data: { ...paid, soldAt: at, sessionId: null, verdict: null } },
    { ...where, type: 'MealRefunded', data: { ...paid, reason: 'cold', refundedAt: at } },
    { ...where, type: 'MealExpired', data: { ...nobody, expiredAt: at } },
    { ...where, type: 'MealSpoiled', data: { ...nobody, reason: 'EXCURSION', note: '', spoiledAt: at } },
    { ...where, type: 'MealWithdrawn', data: { ...nobody, reason: 'RECALL', note: '', withdrawnAt: at } },
    { ...where, type: 'MealReturned', data: { ...nobody, note: '', returnedAt: at } },
    { ...where, type: 'MealUnexplained', data: { ...nobody, reason: 'VANISHED', observedAt: at } },
    {
      ...where,
      type: 'MealFactDisputed',
      data: { mealId, fridgeId, customerId: null, observation: 'STOCKED', status: 'SOLD', observedAt: at },
    },
  ];
  return (
    drafts[step % drafts.length] ?? { ...where, type: 'MealStocked', data: { ...nobody, stockedAt: at } }
  );
}

function relayed(drafts: readonly Draft[], resends: readonly { at: number; back: number }[]): Draft[] {
  const sent = [...drafts];
  for (const { at, back } of [...resends].sort((a, b) => b.at - a.at)) {
    const end = Math.min(at, drafts.length);
    sent.splice(end, 0, ...drafts.slice(Math.max(0, end - back), end));
  }
  return sent;
}
