import { describe, expect, it } from 'vitest';
import { allSchemas } from './codec.ts';

interface Named {
  name?: string;
  type?: unknown;
  fields?: unknown;
  items?: unknown;
  values?: unknown;
}

/** Names of all fields, however deep they lie. */
function namesIn(schema: unknown): string[] {
  if (Array.isArray(schema)) return schema.flatMap(namesIn);
  if (typeof schema !== 'object' || schema === null) return [];
  const { name, type, fields, items, values }: Named = { ...schema };
  return [...(name === undefined ? [] : [name]), ...[type, fields, items, values].flatMap(namesIn)];
}

const ofAPerson = /diet|preference|allerg(y|ies|ic)|intoleran|vegan|vegetarian|halal|kosher|religio|health/i;
const ofFood = /allergen|mayContain/i;

describe('S0-SEC-03 what people eat', () => {
  const schemas = allSchemas().map(({ name, text }) => ({ name, names: namesIn(JSON.parse(text)) }));

  it('is in no event', () => {
    expect(schemas.length).toBeGreaterThan(40);
    for (const { name, names } of schemas)
      for (const field of names) expect(field, name).not.toMatch(ofAPerson);
  });
  it('is not to be told from an event that names a customer and what is in the food', () => {
    const about = schemas.filter(({ names }) => names.some((field) => ofFood.test(field)));
    expect(about.map(({ name }) => name)).toEqual(['LotCreated']);
    for (const { name, names } of about) expect(names, name).not.toContain('customerId');
  });
  it.each(['dietaryPreferences', 'customerAllergies', 'isVegan'])('would be found as %s', (name) => {
    expect(
      namesIn({
        type: 'record',
        name: 'X',
        fields: [
          {
            name: 'a',
            type: [
              'null',
              { type: 'array', items: { type: 'record', name: 'Y', fields: [{ name, type: 'string' }] } },
            ],
          },
        ],
      }),
    ).toContain(name);
    expect(name).toMatch(ofAPerson);
  });
});
