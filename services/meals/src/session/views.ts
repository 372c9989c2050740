import { type Static, Type } from 'typebox';
import { HistoryEntry, Id, orNull, Price, Time } from '../schemas.ts';
import type { Session } from './session.ts';
import type { Wish } from './start.ts';

/** What clients ask for and are shown of door sessions. */
export const NewSession = Type.Object(
  { door: Type.Optional(Type.String({ pattern: '^[A-Za-z0-9]{1,10}$' })) },
  { additionalProperties: false },
);
export const Wait = Type.Object(
  {
    wait: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 5,
        description: 'Seconds to wait for the door; a refusal after that',
      }),
    ),
  },
  { additionalProperties: false },
);
const State = Type.Union([
  Type.Literal('OPENING'),
  Type.Literal('OPEN'),
  Type.Literal('SETTLED'),
  Type.Literal('FAILED'),
]);
export const StartedView = Type.Object({
  id: Id,
  state: State,
  expires_at: Time,
  prices: Type.Array(Type.Object({ meal_id: Id, sku: Id, price: Price })),
});
export const SessionView = Type.Object({
  id: Id,
  fridge_id: Id,
  door: Type.String(),
  state: State,
  failure: orNull(Type.String()),
  basket: Type.Array(Type.Object({ meal_id: Id, price: Price })),
  timeline: Type.Array(HistoryEntry),
});

type Known = NonNullable<Session>;

export function startedView(
  { sessionId, expiresAt }: Wish,
  prices: Known['prices'],
): Static<typeof StartedView> {
  return {
    id: sessionId,
    state: 'OPENING',
    expires_at: new Date(expiresAt).toISOString(),
    prices: prices.map(({ mealId, sku, price, currency }) => ({
      meal_id: mealId,
      sku,
      price: { amount: price, currency },
    })),
  };
}

export function sessionView(
  id: string,
  { fridgeId, door, status, failure, basket }: Known,
  timeline: Static<typeof SessionView>['timeline'],
): Static<typeof SessionView> {
  const lines = basket.map(({ mealId, price, currency }) => ({
    meal_id: mealId,
    price: { amount: price, currency },
  }));
  return { id, fridge_id: fridgeId, door, state: status, failure, basket: lines, timeline };
}
