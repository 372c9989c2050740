import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Meal, mealStream } from '../meal/meal.ts';
import { decideSession } from './decide.ts';
import { noon, started, stockedMeal } from './session.samples.ts';
import { type Session, type SessionEvent, sessionStream } from './session.ts';
import { type Closing, settle } from './settle.ts';

const unlockFor = 10_000;
const owners = ['c1', 'c2', 'c1'] as const;
const shelf = ['m0', 'm1', 'm2'];

/** One after another at one door; each takes the meal of their own number. Milliseconds. */
const visits = fc.array(
  fc.record({
    /** Its unlock is this long under way, unless it expires first. */
    underWay: fc.integer({ min: 0, max: 14_000 }),
    open: fc.integer({ min: 0, max: 30_000 }),
  }),
  { minLength: 3, maxLength: 3 },
);
const telling = fc.record({
  visits,
  /** Of the clock of the fridge. */
  ahead: fc.constantFrom(0, 0, 0, 3_000, -1_500, -20_000, -3_600_000),
  /** In which order what is told: 0-2 openings, 3-5 closings, 6-8 that nobody waits any more. */
  order: fc.shuffledSubarray([0, 1, 2, 3, 4, 5, 6, 7, 8], { minLength: 9 }),
  again: fc.array(fc.nat(8), { maxLength: 5 }),
});

describe('what is told late of a door', () => {
  it('S0-INV-05 B5 is paid by whose unlock let it out or by nobody, and by them always where the clock is right', () => {
    let late = 0;
    fc.assert(
      fc.property(telling, ({ visits, ahead, order, again }) => {
        const meals = new Map<string, Meal>(shelf.map((id) => [id, stockedMeal()]));
        const sessions = new Map<number, Session>();
        const nobodyWaited = new Set<number>();
        const letOut = visits.flatMap(({ underWay, open }, n) => {
          const asked = noon + n * 60_000;
          sessions.set(n, sessionStream.evolve(null, begun(n, asked)));
          const openedAt = asked + underWay + ahead;
          return openedAt < asked + unlockFor ? [{ n, asked, openedAt, at: openedAt + open }] : [];
        });
        const decide = (n: number, events: readonly SessionEvent[]) =>
          sessions.set(n, events.reduce<Session>(sessionStream.evolve, sessions.get(n) ?? null));
        for (const told of [...order, ...again]) {
          const n = told % 3;
          const of = { sessionId: `s${n}`, fridgeId: 'f1', nonce: `n${n}` };
          const session = sessions.get(n) ?? null;
          const seen = letOut.find((one) => one.n === n);
          if (told >= 6) {
            const now = noon + n * 60_000 + unlockFor;
            const events = decideSession(session, { do: 'time-out', ...of, now });
            if (events.length > 0 && session?.openedAt === null) nobodyWaited.add(n);
            decide(n, events);
          } else if (seen && told < 3)
            decide(n, decideSession(session, { do: 'open', ...of, at: seen.openedAt }));
          else if (seen) {
            const { openedAt, at } = seen;
            const hands = { taken: [shelf[n] ?? ''], added: [], temperatureSafe: true };
            const closing: Closing = { ...of, door: '1', openedAt, at, ...hands };
            const outcome = settle(session, meals, closing);
            decide(n, outcome.session);
            for (const [id, events] of outcome.meals)
              meals.set(id, events.reduce<Meal>(mealStream.evolve, meals.get(id) ?? null));
          }
        }
        for (const [n, id] of shelf.entries()) {
          const meal = meals.get(id);
          const seen = letOut.find((one) => one.n === n);
          const paying = meal?.status === 'SOLD' ? meal.customerId : null;
          if (!seen) expect(meal?.status).toBe('STOCKED');
          else if (paying !== null) expect(paying).toBe(owners[n]);
          const proven = seen !== undefined && seen.openedAt >= seen.asked - 2_000;
          if (proven) expect(meal?.status, JSON.stringify(seen)).toBe('SOLD');
          if (seen && !proven && nobodyWaited.has(n)) expect(paying).toBeNull();
          if (proven && nobodyWaited.has(n)) late += 1;
        }
      }),
      { numRuns: 500 },
    );
    // A property about nothing would hold, too.
    expect(late).toBeGreaterThan(100);
  });
});

function begun(n: number, startedAt: number): SessionEvent {
  const base = started(owners[n] ?? 'c1', shelf);
  if (base.type !== 'DoorSessionStarted') throw new Error('No start');
  const of = { sessionId: `s${n}`, nonce: `n${n}`, startedAt, expiresAt: startedAt + unlockFor };
  return { ...base, data: { ...base.data, ...of } };
}
