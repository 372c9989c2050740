import { type RunningService, type StoreDeps, startService } from '@dabba/service-kit';
import { requestAs, type TestCaller, type TestTokens, testTokens, uniquePrefix, until } from '@dabba/testing';
import { makeTopicsOf } from '@dabba/testing/topics';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type MealEvent, mealRef } from './meal/meal.ts';
import { unsafeIn } from './read-models/lot-recall.ts';
import { service } from './service.ts';
import { recallLotTask, recallTask } from './tasks/recall-lot.ts';

let meals: RunningService<StoreDeps>;
let tokens: TestTokens;

beforeAll(async () => {
  tokens = await testTokens();
  const kafkaPrefix = uniquePrefix('recall');
  await makeTopicsOf(service, kafkaPrefix);
  meals = await startService(service, { port: 0, keys: tokens.keys, kafkaPrefix });
});
afterAll(async () => {
  await meals?.stop();
});

const hour = 3_600_000;

async function ask(method: string, path: string, body?: unknown, caller?: TestCaller) {
  const response = await requestAs(tokens, method, `${meals.url}${path}`, body, caller);
  return { status: response.status, headers: response.headers, text: await response.text() };
}
async function call(...args: Parameters<typeof ask>) {
  const { text, ...answer } = await ask(...args);
  return { ...answer, body: JSON.parse(text || 'null') };
}

/** Lot id and ids of its meals. */
async function makeLot(quantity: number): Promise<{ id: string; meals: string[] }> {
  const { status, body } = await call('POST', '/api/v1/lots', {
    sku: 'dal',
    kitchen_id: 'kit_sfo_1',
    quantity,
    produced_at: new Date(Date.now() - hour).toISOString(),
    expires_at: new Date(Date.now() + 8 * hour).toISOString(),
    allergens: ['milk'],
    may_contain: ['sesame'],
  });
  expect(status).toBe(201);
  return body;
}

async function happen(mealId: string | undefined, ...events: MealEvent[]): Promise<void> {
  if (mealId === undefined) throw new Error('No such meal');
  const context = { actor: 'test', now: Date.now() };
  const outcome = await meals.deps.store.execute(mealRef(mealId, 'sfo'), () => events, context);
  expect(outcome).toMatchObject({ refused: false });
}
const stocked = (mealId: string, lotId: string, fridgeId: string): MealEvent => ({
  type: 'MealStocked',
  data: { mealId, lotId, sku: 'dal', fridgeId, customerId: null, stockedAt: Date.now() },
});
const sold = (mealId: string, lotId: string, fridgeId: string, customerId: string): MealEvent => ({
  type: 'MealSold',
  data: {
    mealId,
    lotId,
    sku: 'dal',
    fridgeId,
    customerId,
    price: 850,
    currency: 'USD',
    soldAt: Date.now(),
    sessionId: null,
    verdict: null,
  },
});

const recallOf = async (lot: string) => (await call('GET', `/api/v1/lots/${lot}/recall`)).body;

describe('a recall', () => {
  it('withdraws what is left, keeps what was sold, and says where the rest is and who has one', async () => {
    const { id, meals: ids } = await makeLot(203);
    const [first = '', second = '', third = ''] = ids;
    await happen(first, stocked(first, id, 'f1'), sold(first, id, 'f1', '=cus_1'));
    await happen(second, stocked(second, id, 'f1'));
    await happen(third, stocked(third, id, 'f2'));
    expect((await call('GET', `/api/v1/lots/${id}/recall`)).body.code).toBe('lot-not-recalled');

    const recalled = await call('POST', `/api/v1/lots/${id}/recall`, { reason: 'glass' });
    expect(recalled).toMatchObject({ status: 201, body: { lot_id: id, reason: 'glass' } });
    const again = await call('POST', `/api/v1/lots/${id}/recall`, { reason: 'metal' });
    expect(again).toMatchObject({ status: 200, body: recalled.body });

    const done = await until(
      'the recall is through',
      async () => {
        const view = await recallOf(id);
        return view.state === 'DONE' && view;
      },
      { within: 40_000, every: 200 },
    );
    expect(done).toMatchObject({
      reason: 'glass',
      quantity: 203,
      meals_left: 0,
      counts: { withdrawn: 202, sold: 1, on_shelf: 0 },
      fridges: [
        { fridge_id: 'f1', meals: 1 },
        { fridge_id: 'f2', meals: 1 },
      ],
      customers: [{ customer_id: '=cus_1', meals: 1 }],
    });
    expect(await unsafeIn(meals.deps.db, 'f1', Date.now())).toEqual([second]);
    const history = await call('GET', `/api/v1/meals/${second}/history`);
    expect(history.body.items.at(-1)).toMatchObject({
      type: 'MealWithdrawn',
      actor: 'task:recall-lot',
      data: { reason: 'RECALL', note: 'glass' },
    });

    const before = await meals.deps.store.load(mealRef(second, 'sfo'));
    const run = { idempotencyKey: 'k', attempt: 2, enqueuedAt: 0, signal: new AbortController().signal };
    const handler = recallLotTask(meals.deps);
    await handler.run(handler.parse(recallTask({ lotId: id, metro: 'sfo' }).payload), run);
    expect(await meals.deps.store.load(mealRef(second, 'sfo'))).toEqual(before);

    const ledger = await call('GET', `/api/v1/lots/${id}/ledger`, undefined, { roles: ['kitchen'] });
    expect(ledger.body).toMatchObject({ quantity: 203, produced: 203, withdrawn: 202, sold: 1 });
    const sheet = await ask('GET', `/api/v1/lots/${id}/recall.csv`);
    expect(sheet.headers.get('content-type')).toContain('text/csv');
    const lines = sheet.text.trimEnd().split('\r\n');
    expect(lines).toHaveLength(204);
    expect(lines[0]).toBe('lot,meal,sku,kitchen,produced,expires,status,fridge,customer,sold_at');
    expect(lines.find((line) => line.includes(first))).toContain(`,SOLD,f1,'=cus_1,`);
  });

  it('is for operations, in their own metro, and needs a lot', async () => {
    const { id } = await makeLot(1);
    const reason = { reason: 'glass' };
    const recall = `/api/v1/lots/${id}/recall`;
    expect((await call('POST', recall, reason, { roles: ['kitchen'] })).status).toBe(403);
    expect((await call('POST', recall, reason, { claims: { metro: 'nyc' } })).body.code).toBe('other-metro');
    expect((await call('POST', recall, {})).status).toBe(400);
    expect((await call('POST', '/api/v1/lots/none/recall', reason)).body.code).toBe('lot-unknown');
    expect((await call('GET', recall)).body.code).toBe('lot-not-recalled');
  });
});

describe('the shrink ledger', () => {
  it('balances by lot, fridge, kitchen and courier', async () => {
    const { id, meals: ids } = await makeLot(3);
    const [first = '', second = ''] = ids;
    await happen(first, stocked(first, id, 'f9'), sold(first, id, 'f9', 'cus_2'));
    await happen(second, stocked(second, id, 'f9'));
    const [made] = await meals.deps.store.history(id, 0, 1);
    const day =
      made?.type === 'LotCreated' ? new Date(made.data.producedAt).toISOString().slice(0, 10) : 'none';
    const fridge = await until(
      'the fridge has both',
      async () => {
        const { body } = await call('GET', `/api/v1/fridges/f9/ledger?day=${day}`);
        return body.sold === 1 && body.on_shelf === 1 && body;
      },
      { within: 40_000, every: 200 },
    );
    const command = { id: 'f9', name: 'Lobby', capacity: 40, metro: 'sfo' };
    expect((await call('POST', '/api/v1/fridges', command)).status).toBe(201);
    const stock = await until('the fridge shows what is in the meal', async () => {
      const { body } = await call('GET', '/api/v1/fridges/f9');
      return body.stock?.length > 0 && body.stock;
    });
    expect(stock).toMatchObject([{ meal_id: second, allergens: ['milk'], may_contain: ['sesame'] }]);
    expect(fridge).toMatchObject({ fridge_id: 'f9', day, produced: 2 });
    expect(await unsafeIn(meals.deps.db, 'f9', Date.now())).toEqual([]);
    expect(await unsafeIn(meals.deps.db, 'f9', Date.now() + 9 * hour)).toEqual([second]);
    for (const by of ['fridge', 'lot', 'kitchen', 'courier']) {
      const { body } = await call('GET', `/api/v1/ledger?day=${day}&by=${by}&limit=200`);
      expect(body.items.length).toBeGreaterThan(0);
      for (const { key: _key, produced, ...counts } of body.items)
        expect(Object.values<number>(counts).reduce((sum, count) => sum + count, 0)).toBe(produced);
    }
    const page = await call('GET', `/api/v1/ledger?day=${day}&by=lot&limit=1`);
    const next = await call(
      'GET',
      `/api/v1/ledger?day=${day}&by=lot&limit=1&cursor=${page.body.next_cursor}`,
    );
    expect(next.body.items[0]?.key > page.body.items[0]?.key).toBe(true);
    expect((await call('GET', `/api/v1/ledger?day=${day}`, undefined, { roles: ['kitchen'] })).status).toBe(
      403,
    );
  });
});
