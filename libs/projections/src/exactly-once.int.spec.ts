import type { Recorded } from '@dabba/contracts';
import { readEvent } from '@dabba/kafka';
import { type TestDatabase, testDatabase } from '@dabba/testing';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { rebuild, verify } from './index.ts';
import { handFed } from './spec/hand-fed.ts';
import { mealModel, type Step, step } from './spec/meals.ts';
import { referenceFold } from './spec/reference.ts';
import { type Draft, recordOf, registry } from './spec/world.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase('exactlyonce');
});
afterAll(() => database.drop());

const after: readonly Step[] = ['MealShipped', 'MealStocked', 'MealSold', 'MealStocked'];
const meals = fc.record({
  /** Which meal goes on next: interleaves the streams. */
  turns: fc.array(fc.nat({ max: 5 }), { minLength: 1, maxLength: 60 }),
  /** Where the relay starts again, and how far back it goes (K3). */
  resends: fc.array(fc.record({ at: fc.nat({ max: 60 }), back: fc.nat({ max: 20 }) }), { maxLength: 4 }),
  batch: fc.integer({ min: 1, max: 25 }),
  processes: fc.integer({ min: 1, max: 3 }),
});

/** Meals 0, 2, 4 are of partition 0, the others of partition 1; positions ascend over both. */
function history(turns: readonly number[]): Draft[] {
  const done = new Map<number, number>();
  return turns.map((meal, index) => {
    const count = done.get(meal) ?? 0;
    const removed = count > after.length;
    const type =
      count === 0 ? 'MealProduced' : removed ? 'MealUnexplained' : (after[count - 1] ?? 'MealSold');
    done.set(meal, removed ? 0 : count + 1);
    return step(type, `m${meal}`, index + 1, meal > 3 ? 'stew' : 'soup', meal % 2);
  });
}

function relayed(drafts: readonly Draft[], resends: readonly { at: number; back: number }[]): Draft[] {
  const sent = [...drafts];
  for (const { at, back } of [...resends].sort((a, b) => b.at - a.at)) {
    const end = Math.min(at, drafts.length);
    sent.splice(end, 0, ...drafts.slice(Math.max(0, end - back), end));
  }
  return sent;
}

test('P8 K3 however it is interleaved, repeated, cut into batches and handed over, the rows are those of the plain fold', async () => {
  await fc.assert(
    fc.asyncProperty(meals, async ({ turns, resends, batch, processes }) => {
      await database.pool.query(
        'drop table if exists meal_list, meals_by_sku, dabba.checkpoints, dabba.parked_streams, dabba.parked_events',
      );
      const fed = await handFed('exactlyonce', database);
      const drafts = history(turns);
      fed.append(relayed(drafts, resends));
      for (let turn = 0; turn < processes; turn++) {
        const member = await fed.member(mealModel);
        if (turn < processes - 1) await member.deliver('meals', 0, batch);
        else await Promise.all([member.drain('meals', 0, batch), member.drain('meals', 1, batch)]);
      }
      const events = await Promise.all(drafts.map(decoded));
      const live = await dump();
      expect(live).toEqual(plain(referenceFold(mealModel, events)));
      expect(await verify(mealModel, fed)).toMatchObject({ equal: true });
      await rebuild(mealModel, fed);
      expect(await dump()).toEqual(live);
      await fed.leave();
    }),
    { numRuns: 40 },
  );
});

async function decoded(draft: Draft): Promise<Recorded> {
  const event = await readEvent({ ...recordOf(draft), offset: 0, timestamp: 0 }, registry);
  if (!event) throw new Error('A draft that cannot be read');
  return event;
}

async function dump(): Promise<string[]> {
  const rows = await database.pool.query<{ row: string }>(
    `select concat_ws(' ', id, status, coalesce(price, 0), touched, array_length(fridges, 1), history) as row from meal_list
     union all select concat_ws(' ', sku, metro, produced, sold) from meals_by_sku`,
  );
  return rows.rows.map(({ row }) => row.replaceAll(' ', '')).sort();
}

function plain(tables: ReturnType<typeof referenceFold>): string[] {
  return [...tables]
    .map(([place, row]) => {
      if (place.startsWith('meals_by_sku'))
        return [row.sku, row.metro, row.produced ?? 0, row.sold ?? 0].join('');
      const fridges = Array.isArray(row.fridges) && row.fridges.length > 0 ? row.fridges.length : '';
      const touched = row.touched === true ? 't' : 'f';
      return [row.id, row.status, row.price ?? 0, touched, fridges, JSON.stringify(row.history)].join('');
    })
    .map((row) => row.replaceAll(' ', ''))
    .sort();
}
