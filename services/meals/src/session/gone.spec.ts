import { describe, expect, it } from 'vitest';
import { mealStream } from '../meal/meal.ts';
import { type Gone, gone } from './gone.ts';
import { noon, stockedMeal } from './session.samples.ts';

const by = (reason: Gone['reason'], change: Partial<Gone> = {}): Gone => ({
  mealId: 'm1',
  fridgeId: 'f1',
  at: noon,
  customerId: null,
  sessionId: null,
  reason,
  ...change,
});
const types = (events: ReturnType<typeof gone>) => events.map(({ type }) => type);

describe('a meal that had ended on its shelf', () => {
  it.each(['EXPIRED', 'SPOILED', 'WITHDRAWN'] as const)('%s is removed, and stays what it is', (status) => {
    const meal = stockedMeal({ status });
    const events = gone(meal, by('RETURNED', { sessionId: 's1' }));
    expect(events).toMatchObject([{ type: 'MealRemoved', data: { fridgeId: 'f1', sessionId: 's1' } }]);
    const [event] = events;
    const after = event && mealStream.evolve(meal, event);
    expect(after).toEqual({ ...meal, fridgeId: null, place: null });
    expect(types(gone(meal, by('VANISHED')))).toEqual(['MealRemoved']);
    expect(gone(meal, by('VANISHED', { fridgeId: 'f2' }))).toEqual([]);
  });
  it.each(['SOLD', 'REFUNDED', 'RETURNED', 'UNEXPLAINED'] as const)(
    '%s and put in again is removed by staff alone',
    (status) => {
      const meal = stockedMeal({ status, customerId: 'c1' });
      const [event] = gone(meal, by('RETURNED'));
      expect(event?.type).toBe('MealRemoved');
      expect(event && mealStream.evolve(meal, event)?.status).toBe(status);
      expect(gone(meal, by('VANISHED'))).toEqual([]);
    },
  );
  it('and is told late, after it came elsewhere, is no news', () => {
    expect(gone(stockedMeal({ fridgeId: 'f2' }), by('VANISHED'))).toEqual([]);
    expect(gone(stockedMeal({ since: noon + 1 }), by('VANISHED'))).toEqual([]);
  });
});
