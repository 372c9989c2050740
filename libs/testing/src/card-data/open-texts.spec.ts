import { readFileSync } from 'node:fs';
import { Id, Time, typedText } from '@dabba/service-kit';
import { expect, it } from 'vitest';
import { openTexts } from './open-texts.ts';

const document = (schema: object, components = {}) => ({
  paths: { '/api/v1/x': { post: { requestBody: { content: { 'application/json': { schema } } } } } },
  components,
});
const open = (schema: object) => openTexts(document(schema)).map((place) => place.replace(/.* /, ''));

const text = { type: 'string', maxLength: 200 };
const body = (properties: object) => ({ type: 'object', properties, additionalProperties: false });

it('S1-SEC-05 finds every string of a body that takes the number of a card, wherever it is', () => {
  const deep = body({
    reason: text,
    lines: { type: 'array', items: body({ note: { anyOf: [text, { type: 'null' }] } }) },
    more: { type: 'object', additionalProperties: text },
    named: { type: 'object', patternProperties: { '^x': text } },
    data: {},
    phone: { type: 'string', pattern: '^[0-9 ]{3,30}$' },
    ids: { type: 'array', items: { type: ['string', 'null'] } },
  });
  const places = ['#/reason', '#/lines/-/note', '#/more/*', '#/named/*', '#/data', '#/phone', '#/ids/-'];
  expect(open(deep)).toEqual(places);
  const components = { schemas: { Note: text } };
  expect(openTexts(document({ $ref: '#/components/schemas/Note' }, components))).toEqual([
    'POST /api/v1/x #',
  ]);
});

it('S1-SEC-05 leaves alone what is typed text, or takes no words', () => {
  const narrow = body({
    ...{ reason: typedText(200), phone: typedText(30, { pattern: '^[0-9 ]{3,30}$' }) },
    ...{
      id: Id,
      at: Time,
      kind: { type: 'string', enum: ['LOCK', 'UNLOCK'] },
      only: { const: 'x', type: 'string' },
    },
    ...{ short: { type: 'string', maxLength: 13 }, amount: { type: 'number' } },
  });
  expect(open(narrow)).toEqual([]);
});

it('S1-SEC-05 no door takes the number of a card in words, by docs/openapi.json', () => {
  const kept = readFileSync(new URL('../../../../docs/openapi.json', import.meta.url), 'utf8');
  expect(openTexts(JSON.parse(kept))).toEqual([]);
});
