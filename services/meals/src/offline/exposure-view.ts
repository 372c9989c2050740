import { Type } from 'typebox';
import type { ExposureRow } from '../read-models/exposure.ts';
import { Id, Price } from '../schemas.ts';

export const ExposureView = Type.Object({
  items: Type.Array(
    Type.Object({
      fridge_id: Id,
      day: Type.String(),
      sales: Type.Integer({
        description: 'Meals it sold by itself: without it they would have been refused',
      }),
      at_risk: Type.Array(Price, { description: 'By currency; what it may cost if nobody pays' }),
      beyond_policy: Type.Integer({ description: 'Of these, sales that broke a rule of the policy' }),
      beyond_policy_amount: Type.Array(Price),
      minutes_away: Type.Integer({ description: 'In which it reached nobody, by its own clock' }),
      oldest_policy_minutes: Type.Union([Type.Integer(), Type.Null()], {
        description: 'Age of the oldest policy it sold under',
      }),
    }),
  ),
});

const minute = 60_000;

/** Rows of a fridge and day, one for each currency → what people read. */
export function exposureView(rows: readonly ExposureRow[]) {
  const fridges = new Map<string, ExposureRow[]>();
  for (const row of rows) fridges.set(row.fridge_id, [...(fridges.get(row.fridge_id) ?? []), row]);
  return [...fridges].map(([fridge_id, own]) => {
    const ages = own.flatMap(({ oldest_policy }) => (oldest_policy === null ? [] : [oldest_policy]));
    const sums = (amount: (row: ExposureRow) => number) =>
      own.flatMap((row) => (row.currency === null ? [] : [{ amount: amount(row), currency: row.currency }]));
    return {
      fridge_id,
      day: own[0]?.day ?? '',
      sales: own.reduce((sum, { sales }) => sum + sales, 0),
      at_risk: sums(({ at_risk }) => at_risk),
      beyond_policy: own.reduce((sum, { beyond_policy }) => sum + beyond_policy, 0),
      beyond_policy_amount: sums(({ beyond_policy_amount }) => beyond_policy_amount),
      minutes_away: Math.round((own[0]?.away_millis ?? 0) / minute),
      oldest_policy_minutes: ages.length === 0 ? null : Math.round(Math.max(...ages) / minute),
    };
  });
}
