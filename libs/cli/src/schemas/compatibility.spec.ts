import { allSchemas, schemaOf } from '@dabba/contracts';
import { describe, expect, it } from 'vitest';
import { breaksOf } from './compatibility.ts';

const path = 'schemas/meals/MealSold.avsc';
const sold = JSON.parse(schemaOf('MealSold').text);
const asBefore = (change: (schema: typeof sold) => void) => {
  const copy = structuredClone(sold);
  change(copy);
  return [{ path, text: JSON.stringify(copy) }];
};

describe('the schema gate', () => {
  it('lets through what has not changed', () => {
    const base = allSchemas().map(({ topic, name, text }) => ({
      path: `schemas/${topic}/${name}.avsc`,
      text,
    }));
    expect(breaksOf(base)).toEqual([]);
  });
  it('lets through a new field that has a default', () => {
    const without = asBefore((before) => {
      before.fields = before.fields.filter(({ name }: { name: string }) => name !== 'soldAt');
    });
    expect(breaksOf(without)).not.toEqual([]);
    const withDefault = [...allSchemas()].map((schema) =>
      schema.name === 'MealSold'
        ? {
            ...schema,
            text: JSON.stringify({
              ...sold,
              fields: [...sold.fields, { name: 'note', type: ['null', 'string'], default: null }],
            }),
          }
        : schema,
    );
    expect(breaksOf([{ path, text: JSON.stringify(sold) }], withDefault)).toEqual([]);
  });
  it('refuses a schema that went', () => {
    const [gone] = breaksOf([{ path: 'schemas/meals/MealEaten.avsc', text: '{}' }]);
    expect(gone?.problem).toContain('is gone');
  });
  it('refuses a type that changed, in either direction', () => {
    const wider = asBefore((before) => {
      before.fields.find((field: { name: string }) => field.name === 'price').type = 'int';
    });
    expect(breaksOf(wider)).toMatchObject([{ subject: 'meals-dabba.meals.MealSold' }]);
  });
  it('refuses a field that went without ever having had a default', () => {
    const more = asBefore((before) => before.fields.push({ name: 'tip', type: 'long' }));
    expect(breaksOf(more)[0]?.problem).toContain('what runs cannot read');
  });
});
