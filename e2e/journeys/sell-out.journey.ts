import type { Recorded } from '@dabba/contracts';
import { newId } from '@dabba/contracts';
import { until } from '@dabba/testing';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { withRole } from '../platform/credentials.ts';
import type { Fridge } from '../simulators/fridge/index.ts';
import { kitchenOf } from './support/kitchen.ts';
import { eventsOn } from './support/topic.ts';
import { openVillage, type Village } from './support/village.ts';

const place = 'fr_sfo_03';
const doors = ['1', '2', '3', '4'];
const buyers = 40;
const meals = 12;
const patience = { within: 90_000, every: 50 };

interface Started {
  id: string;
  code?: string;
  /** Of one that was refused because the fridge did not answer. */
  session_id?: string;
  prices: { meal_id: string; price: { amount: number } }[];
}
interface SessionView {
  state: string;
  basket: { meal_id: string; price: { amount: number } }[];
}
type Outcome = { customer: string; soldOut: true } | { customer: string; mealId: string; price: number };

let village: Village;
let kitchen: ReturnType<typeof kitchenOf>;
let fridge: Fridge;
const refused: { customer: string; sessionId: string }[] = [];
/** Sessions that ended with nothing. */
const emptyHanded: string[] = [];
beforeEach(async () => {
  refused.length = 0;
  emptyHanded.length = 0;
  village = await openVillage({ SESSION_LIMIT: '100000' });
  kitchen = kitchenOf(village);
  fridge = village.fridge(place);
  fridge.reconnect();
  fridge.heartbeat(4);
  await fridge.drained();
});
afterEach(async () => {
  fridge?.disconnect();
  await village?.close();
});

it('S0-NFR-07 many buyers and fewer meals end in as many sales as meals, the rest in "sold out"', {
  timeout: 240_000,
}, async () => {
  const customers = withRole(village.credentials, 'customer', 'sfo').flatMap(
    ({ ids }) => ids.customer_id ?? [],
  );
  expect(customers.length).toBeGreaterThanOrEqual(buyers);
  const mealIds = await kitchen.cook({ quantity: meals });
  fridge.stock(mealIds);
  const onShelf = async () => (await kitchen.fridge(place)).stock.length === meals;
  await until('everything is on the shelf', onShelf, patience);

  // Hands reach into all doors at once, and no two get hold of the same meal.
  const inHand = new Set<string>();
  fridge.onOpen(() => {
    const taken = [...fridge.inside].find((id) => !inHand.has(id));
    if (taken === undefined) return {};
    inHand.add(taken);
    return { taken: [taken] };
  });
  const outcomes = await Promise.all(
    customers.slice(0, buyers).map((customer, n) => buy(customer, doors[n % doors.length] ?? '')),
  );

  const atOnce = outcomes.flatMap((one) => ('mealId' in one ? [one] : []));
  const bought = [...atOnce, ...(await boughtLate())];
  expect(bought.map(({ mealId }) => mealId).toSorted()).toEqual(mealIds.toSorted());
  expect(outcomes.filter((one) => 'soldOut' in one)).toHaveLength(buyers - atOnce.length);
  expect(inHand.size).toBe(meals);

  const sales = await until(
    'every sale is on the topic',
    async () => {
      const found = salesIn(await eventsOn(village, 'meals'));
      return found.length >= meals && found;
    },
    patience,
  );
  const asSold = sales.map(({ data }) => ({
    customer: data.customerId,
    mealId: data.mealId,
    price: data.price,
  }));
  expect(asSold.toSorted(byMeal)).toEqual(bought.toSorted(byMeal));
  expect(new Set(sales.map(({ data }) => data.sessionId)).size).toBe(meals);

  const baskets = (await eventsOn(village, 'fridges')).flatMap(({ type, data }) =>
    type === 'DoorSessionSettled' ? [data] : [],
  );
  expect(baskets.flatMap(({ basket }) => basket.map(({ mealId }) => mealId)).toSorted()).toEqual(
    mealIds.toSorted(),
  );
  const costNothing = baskets.filter(({ basket }) => basket.length === 0);
  expect(costNothing.map(({ sessionId }) => sessionId).toSorted()).toEqual(emptyHanded.toSorted());

  const amount = bought.reduce((sum, { price }) => sum + price, 0);
  await until('the counters say so', async () => (await kitchen.sales(place))[0]?.meals === meals, patience);
  expect(await kitchen.sales(place)).toEqual([{ meals, amount }]);
  const operations = village.as('ops_sfo');
  const lot = (await kitchen.meal(mealIds[0] ?? '')).lot_id;
  const { body: ledger } = await operations.get(`/api/v1/lots/${lot}/ledger`);
  expect(ledger).toMatchObject({ produced: meals, sold: meals, on_shelf: 0, unexplained: 0 });
  expect(await kitchen.fridge(place)).toMatchObject({ stock: [], alerts: 0 });
});

/** What went out by doors that had opened too late for an answer: on a busy machine there are some. */
async function boughtLate(): Promise<{ customer: string; mealId: string; price: number }[]> {
  const baskets = refused.map(async ({ customer, sessionId }) => {
    const { status, body } = await village.as(customer).get<SessionView>(`/api/v1/sessions/${sessionId}`);
    if (status !== 200 || body.state !== 'SETTLED') return [];
    if (body.basket.length === 0) emptyHanded.push(sessionId);
    return body.basket.map(({ meal_id, price }) => ({ customer, mealId: meal_id, price: price.amount }));
  });
  return (await Promise.all(baskets)).flat();
}

/** Tries until there is a meal in the basket or a definite answer that there is none any more. */
function buy(customer: string, door: string): Promise<Outcome> {
  const client = village.as(customer);
  return until(
    `${customer} has a meal or a no`,
    async (): Promise<Outcome | false> => {
      const path = `/api/v1/fridges/${place}/sessions?wait=5`;
      const { status, body } = await client.post<Started>(path, { door }, { 'idempotency-key': newId() });
      if (status === 409 && body.code === 'sold-out') return { customer, soldOut: true };
      if (status !== 201) {
        // Somebody else stands there, or too many ask at once: people queue.
        expect(['door-in-use', 'busy', 'fridge-did-not-answer']).toContain(body.code);
        if (body.session_id !== undefined) refused.push({ customer, sessionId: body.session_id });
        return false;
      }
      const { basket } = await until(
        `session ${body.id} is settled`,
        async () => {
          const { body: view } = await client.get<SessionView>(`/api/v1/sessions/${body.id}`);
          return view.state === 'SETTLED' && view;
        },
        patience,
      );
      const [line] = basket;
      if (!line) {
        emptyHanded.push(body.id);
        return false;
      }
      const shown = body.prices.find(({ meal_id }) => meal_id === line.meal_id);
      expect(basket).toEqual([{ meal_id: line.meal_id, price: shown?.price }]);
      return { customer, mealId: line.meal_id, price: line.price.amount };
    },
    { within: 150_000, every: 100 },
  );
}

function salesIn(events: readonly Recorded[]) {
  return events.flatMap((event) => (event.type === 'MealSold' ? [event] : []));
}

function byMeal(one: { mealId: string }, other: { mealId: string }): number {
  return one.mealId < other.mealId ? -1 : 1;
}
