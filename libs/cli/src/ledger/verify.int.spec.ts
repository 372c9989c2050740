import { execFile } from 'node:child_process';
import { service } from '@dabba/meals';
import { type RunningService, type StoreDeps, startService } from '@dabba/service-kit';
import { type TestTokens, testTokens, uniquePrefix, until } from '@dabba/testing';
import { makeTopicsOf } from '@dabba/testing/topics';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { currentBundles, programArguments } from '../../../../scripts/bundles.mjs';
import { verifyLedger } from './verify.ts';

const hour = 3_600_000;
const kafkaPrefix = uniquePrefix('ledger');
const patience = { within: 60_000, every: 100 };
let meals: RunningService<StoreDeps>;
let tokens: TestTokens;

beforeAll(async () => {
  tokens = await testTokens();
  await makeTopicsOf(service, kafkaPrefix);
  meals = await startService(service, { port: 0, keys: tokens.keys, kafkaPrefix });
});
afterAll(async () => {
  await meals?.stop();
});

/** As a client does that is told to come again. */
function post<T>(path: string, body: object): Promise<T> {
  return until(
    `POST ${path}`,
    async () => {
      const response = await fetch(`${meals.url}${path}`, {
        method: 'POST',
        headers: { authorization: await tokens.bearer(['operations']), 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
      const text = await response.text();
      if (response.status === 503) return false;
      expect([200, 201], text).toContain(response.status);
      return JSON.parse(text);
    },
    patience,
  );
}

function makeLot(quantity: number): Promise<{ id: string; meals: string[] }> {
  return post('/api/v1/lots', {
    sku: 'dal-makhani',
    kitchen_id: 'kit_sfo_1',
    quantity,
    produced_at: new Date(Date.now() - hour).toISOString(),
    expires_at: new Date(Date.now() + 8 * hour).toISOString(),
    allergens: ['milk'],
    may_contain: [],
  });
}

/** `dabba ledger verify --lot … --json` as an operator runs it. */
function verify(lot: string) {
  const dabba = programArguments('libs/cli/src/main.ts', currentBundles());
  const command = [...dabba, 'ledger', 'verify', '--lot', lot, '--json'];
  return new Promise<{ code: number; report: Record<string, unknown> }>((resolve) => {
    const env = { ...process.env, KAFKA_PREFIX: kafkaPrefix };
    const child = execFile(process.execPath, command, { env }, (_error, stdout) =>
      resolve({ code: child.exitCode ?? -1, report: JSON.parse(stdout || '{}') }),
    );
  });
}

const atKitchen = (lot: string) =>
  meals.deps.db('lot_meals').where({ lot_id: lot, status: 'PRODUCED' }).pluck('meal_id');

it('S0-INV-03 dabba ledger verify is content with what happened, and names the lot whose meals are otherwise', async () => {
  const whole = await makeLot(3);
  const other = await makeLot(4);
  const [first = '', second = ''] = whole.meals;
  await post(`/api/v1/meals/${first}/ship`, {});
  await post(`/api/v1/meals/${second}/withdraw`, { note: 'dropped' });
  await until('all is folded', async () => (await atKitchen(whole.id)).length === 1, patience);
  await until('the other lot, too', async () => (await atKitchen(other.id)).length === 4, patience);

  expect(await verify(whole.id)).toMatchObject({
    code: 0,
    report: { balanced: true, lots: 1, meals: 3, imbalances: [] },
  });
  await meals.deps.db('lot_meals').where({ meal_id: second }).update({ status: 'SOLD' });
  const { code, report } = await verify(whole.id);
  expect(code).toBe(1);
  expect(report).toMatchObject({ balanced: false });
  expect(report.imbalances).toEqual([
    { lot: whole.id, problem: 'sold: 0 by the log, 1 by the read model' },
    { lot: whole.id, problem: 'withdrawn: 1 by the log, 0 by the read model' },
  ]);

  expect(await verifyLedger(meals.deps, other.id)).toMatchObject({ balanced: true, meals: 4 });
  await meals.deps.db('lot_meals').where({ meal_id: other.meals[0] }).delete();
  expect((await verifyLedger(meals.deps, other.id)).imbalances).toEqual([
    { lot: other.id, problem: 'at_kitchen: 4 by the log, 3 by the read model' },
  ]);
  const all = await verifyLedger(meals.deps);
  expect(all.balanced).toBe(false);
  expect(all.imbalances.map(({ lot }) => lot)).toEqual(expect.arrayContaining([whole.id, other.id]));
}, 180_000);
