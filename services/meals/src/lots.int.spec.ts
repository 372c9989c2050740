import { type RunningService, type StoreDeps, startService } from '@dabba/service-kit';
import { type TestTokens, testTokens, uniquePrefix } from '@dabba/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { service } from './service.ts';

let meals: RunningService<StoreDeps>;
let tokens: TestTokens;

beforeAll(async () => {
  tokens = await testTokens();
  meals = await startService(service, { port: 0, keys: tokens.keys, kafkaPrefix: uniquePrefix('meals') });
});
afterAll(async () => {
  await meals?.stop();
});

const hour = 3_600_000;
const lot = (change: Record<string, unknown> = {}) => ({
  sku: 'dal-makhani',
  kitchen_id: 'kit_sfo_1',
  quantity: 3,
  produced_at: new Date(Date.now() - hour).toISOString(),
  expires_at: new Date(Date.now() + 8 * hour).toISOString(),
  allergens: ['milk'],
  may_contain: ['sesame'],
  ...change,
});

async function call(
  method: string,
  path: string,
  roles: string[],
  body?: unknown,
  headers = {},
  claims = {},
) {
  const response = await fetch(`${meals.url}${path}`, {
    method,
    headers: {
      authorization: await tokens.bearer(roles, claims),
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  return {
    status: response.status,
    headers: response.headers,
    body: JSON.parse((await response.text()) || 'null'),
  };
}

describe('lots', () => {
  it('S0-INV-02 a lot has one stream and one event for each meal in it', async () => {
    const made = await call('POST', '/api/v1/lots', ['kitchen'], lot(), {}, { kitchen_id: 'kit_sfo_1' });
    expect(made.status).toBe(201);
    expect(made.headers.get('location')).toBe(`/api/v1/lots/${made.body.id}`);
    expect(made.body.meals).toHaveLength(3);
    const meal = await call('GET', `/api/v1/meals/${made.body.meals[0]}`, ['customer']);
    expect(meal.body).toMatchObject({
      lot_id: made.body.id,
      sku: 'dal-makhani',
      status: 'PRODUCED',
      price: null,
    });
    const history = await call('GET', `/api/v1/meals/${made.body.meals[0]}/history`, ['customer']);
    expect(history.body.items).toMatchObject([
      { version: 1, type: 'MealProduced', data: { sku: 'dal-makhani' } },
    ]);
    const view = await call('GET', `/api/v1/lots/${made.body.id}`, ['kitchen']);
    expect(view.body).toMatchObject({ quantity: 3, allergens: ['milk'], may_contain: ['sesame'] });
  });

  it('E7 the same Idempotency-Key makes one lot, another body under it is refused', async () => {
    const headers = { 'idempotency-key': 'lot-1' };
    const body = lot();
    const first = await call('POST', '/api/v1/lots', ['operations'], body, headers);
    const again = await call('POST', '/api/v1/lots', ['operations'], body, headers);
    expect(again.status).toBe(201);
    expect(again.body).toEqual(first.body);
    const other = await call('POST', '/api/v1/lots', ['operations'], { ...body, quantity: 4 }, headers);
    expect(other.status).toBe(422);
  });

  it('a kitchen makes lots of its own only, customers none', async () => {
    const elsewhere = await call('POST', '/api/v1/lots', ['kitchen'], lot(), {}, { kitchen_id: 'kit_sfo_2' });
    expect(elsewhere).toMatchObject({ status: 403, body: { code: 'other-kitchen' } });
    expect((await call('POST', '/api/v1/lots', ['customer'], lot())).status).toBe(403);
  });

  it('says what is wrong and where', async () => {
    const wrong = await call('POST', '/api/v1/lots', ['operations'], lot({ quantity: 0, sku: '' }));
    expect(wrong.status).toBe(400);
    expect(wrong.body.errors.map(({ pointer }: { pointer: string }) => pointer)).toEqual(
      expect.arrayContaining(['#/quantity', '#/sku']),
    );
    const late = await call(
      'POST',
      '/api/v1/lots',
      ['operations'],
      lot({ expires_at: '2020-01-01T00:00:00Z' }),
    );
    expect(late.status).toBe(422);
  });
});

describe('fridges', () => {
  it('are registered and commanded by operations, in their own metro only', async () => {
    const fridge = { id: 'fr_test', name: 'Lobby', capacity: 40 };
    expect((await call('POST', '/api/v1/fridges', ['operations'], fridge)).status).toBe(201);
    const conflicting = await call('POST', '/api/v1/fridges', ['operations'], { ...fridge, name: 'Roof' });
    expect(conflicting).toMatchObject({ status: 409, body: { code: 'fridge-exists' } });
    const command = { kind: 'LOCK', reason: 'cleaning' };
    const issued = await call('POST', '/api/v1/fridges/fr_test/commands', ['operations'], command);
    expect(issued.status).toBe(201);
    const elsewhere = await call(
      'POST',
      '/api/v1/fridges/fr_test/commands',
      ['operations'],
      command,
      {},
      { metro: 'nyc' },
    );
    expect(elsewhere.status).toBe(403);
    expect((await call('POST', '/api/v1/fridges/fr_none/commands', ['operations'], command)).status).toBe(
      404,
    );
    const view = await call('GET', '/api/v1/fridges/fr_test', ['customer']);
    expect(view.body).toMatchObject({
      name: 'Lobby',
      metro: 'sfo',
      stock: [],
      pending_commands: [{ command_id: issued.body.command_id, kind: 'LOCK' }],
    });
  });
});
