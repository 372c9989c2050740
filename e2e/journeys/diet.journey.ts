import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { kitchenOf } from './support/kitchen.ts';
import { lotBody } from './support/lot.ts';
import { openVillage, type Village } from './support/village.ts';

interface Schema {
  type?: string;
  properties?: Record<string, Schema>;
  additionalProperties?: unknown;
  items?: Schema;
  anyOf?: Schema[];
}
interface Operation {
  requestBody?: { content: Record<string, { schema: Schema }> };
  parameters?: { name: string; in: string }[];
}
interface Problem {
  code: string;
  errors: { pointer: string }[];
}

const ofAPerson = /diet|preference|allerg(y|ies|ic)|intoleran|vegan|vegetarian|halal|kosher|religio|health/i;
const secret = 'no-pork-please';

let village: Village;
beforeAll(async () => {
  village = await openVillage();
});
afterAll(() => village?.close());

describe('S0-SEC-03 what people eat', () => {
  it.each([
    ['stf_sfo_1', '/api/v1/lots', lotBody()],
    ['cus_sfo_001', '/api/v1/fridges/fr_sfo_01/sessions', {}],
    ['cus_sfo_001', '/api/v1/meals/m1/reserve', { minutes: 5 }],
    ['ops_sfo', '/api/v1/meals/m1/refund', { reason: 'cold' }],
    ['ops_sfo', '/api/v1/fridges/fr_sfo_01/corrections', { counted: [], reason: 'x' }],
    ['stf_sfo_1', '/api/v1/pick-lists', { kitchen_id: 'kit_sfo_1', fridge_ids: ['fr_sfo_01'] }],
  ])('%s may not tell it to %s, and no line of a log repeats it', async (login, path, body) => {
    const headers = { 'idempotency-key': `diet-${path.length}` };
    const told = { ...body, dietary_preferences: [secret] };
    const answer = await village.as(login).post<Problem>(path, told, headers);
    expect(answer).toMatchObject({ status: 400, body: { code: 'invalid-request' } });
    expect(answer.body.errors.map(({ pointer }) => pointer)).toContain('#/dietary_preferences');
    expect(JSON.stringify(answer.body)).not.toContain(secret);
    const asked = await village.as(login).get<Problem>(`/api/v1/meals?diet=${secret}`);
    expect(asked).toMatchObject({ status: 400 });
    expect(village.log.length).toBeGreaterThan(0);
    expect(village.log.join('')).not.toContain(secret);
  });

  it('has no place in any request: every body is closed, and none names it', async () => {
    const response = await fetch(`${village.url}/swagger/json`);
    const { paths }: { paths: Record<string, Record<string, Operation>> } = JSON.parse(await response.text());
    const operations = Object.entries(paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => ({ name: `${method} ${path}`, ...operation })),
    );
    expect(operations.length).toBeGreaterThan(30);
    let bodies = 0;
    for (const { name, requestBody, parameters = [] } of operations) {
      for (const parameter of parameters) expect(parameter.name, name).not.toMatch(ofAPerson);
      for (const [type, { schema }] of Object.entries(requestBody?.content ?? {})) {
        if (type !== 'application/json') continue;
        // What it does not know, OAuth has a token endpoint pass over (RFC 6749, 3.2); it keeps nothing of it.
        if (name === 'post /api/v1/auth/token') continue;
        // A type of receipt is a JSON Schema and samples, of what others send.
        if (name.startsWith('post /api/v1/receipt-types')) continue;
        bodies += 1;
        closed(schema, name);
      }
    }
    expect(bodies).toBeGreaterThan(8);
  });
});

describe('S0-INV-03 what is in the food', () => {
  it('is told apart from what is unknown', async () => {
    const kitchen = kitchenOf(village);
    const lotOf = async (change: Record<string, unknown>) => {
      const [id = ''] = await kitchen.cook(change);
      const { lot_id } = await kitchen.meal(id);
      const { body } = await village.as('stf_sfo_1').get<Record<string, unknown>>(`/api/v1/lots/${lot_id}`);
      return [body.allergens, body.may_contain];
    };
    expect(await lotOf({ allergens: [], may_contain: ['nuts'] })).toEqual([[], ['nuts']]);
    expect(await lotOf({ allergens: ['milk'], may_contain: null })).toEqual([['milk'], null]);
    expect(await lotOf({ allergens: undefined, may_contain: undefined })).toEqual([null, null]);
  });
});

function closed(schema: Schema, where: string): void {
  for (const branch of schema.anyOf ?? []) closed(branch, where);
  if (schema.items) closed(schema.items, `${where}[]`);
  if (schema.type !== 'object') return;
  expect(schema.additionalProperties, where).toBe(false);
  for (const [name, inner] of Object.entries(schema.properties ?? {})) {
    expect(name, where).not.toMatch(ofAPerson);
    closed(inner, `${where} ${name}`);
  }
}
