interface BadMessage {
  name: string;
  payload: string | Buffer;
  code: string;
  qos?: 0 | 2;
}

const sale = { meal_id: 'm', customer_id: 'c', price: 850, currency: 'USD' };
const day = 24 * 3_600_000;

/** A fact about a meal nobody made, changed as it is said. */
export function fact(change: Readonly<Record<string, unknown>>): string {
  const at = new Date().toISOString();
  return JSON.stringify({ boot: 1, seq: 1, at, type: 'meal_stocked', data: { meal_id: 'm' }, ...change });
}

const sold = (change: object) => fact({ type: 'meal_sold', data: { ...sale, ...change } });
const invalid = (name: string, payload: string): BadMessage => ({ name, payload, code: 'invalid-fact' });

/** What is no fact, though a fridge says it on its own topic. */
export const badMessages: readonly BadMessage[] = [
  { name: 'nothing', payload: '', code: 'message-not-json' },
  { name: 'a word', payload: 'nonsense', code: 'message-not-json' },
  { name: 'bytes', payload: Buffer.from([0x22, 0xff, 0x22]), code: 'message-not-json' },
  { name: 'brackets', payload: '['.repeat(4_000), code: 'message-not-json' },
  { name: 'thirty kilobytes', payload: `${fact({})}${' '.repeat(30_000)}`, code: 'message-too-large' },
  { name: 'an array', payload: '[]', code: 'unknown-fact-type' },
  { name: 'null', payload: 'null', code: 'unknown-fact-type' },
  { name: 'a type there is not', payload: fact({ type: 'meal_eaten' }), code: 'unknown-fact-type' },
  { name: 'an inherited type', payload: fact({ type: 'constructor' }), code: 'unknown-fact-type' },
  { name: 'a clock of 1999', payload: fact({ at: '1999-01-01T00:00:00Z' }), code: 'clock-implausible' },
  {
    name: 'a clock two days ahead',
    payload: fact({ at: new Date(Date.now() + 2 * day).toISOString() }),
    code: 'clock-implausible',
  },
  { name: 'said with QoS 0', payload: fact({}), code: 'qos-not-1', qos: 0 },
  { name: 'said with QoS 2', payload: fact({}), code: 'qos-not-1', qos: 2 },
  invalid('a boot of none', fact({ boot: 0 })),
  invalid('a negative number', fact({ seq: -1 })),
  invalid('half a number', fact({ seq: 1.5 })),
  invalid('a number in text', fact({ seq: '1' })),
  invalid('yesterday', fact({ at: 'yesterday' })),
  invalid('no data', fact({ data: undefined })),
  invalid('an unknown field', fact({ extra: 1 })),
  invalid('an id with a space', fact({ data: { meal_id: 'a b' } })),
  invalid('an id with NUL', fact({ data: { meal_id: 'a\u0000' } })),
  invalid('__proto__', fact({}).replace('{', '{"__proto__":{"x":1},')),
  invalid('a negative price', sold({ price: -1 })),
  invalid('a price with cents', sold({ price: 8.5 })),
  invalid('a price without end', sold({}).replace('850', '1e999')),
  invalid('a currency in words', sold({ currency: 'dollars' })),
  invalid('a sale to nobody', sold({ customer_id: undefined })),
];
