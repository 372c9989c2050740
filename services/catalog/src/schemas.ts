import { idPattern } from '@dabba/contracts';
import { Type } from 'typebox';

/** Shapes that several routes share. */
export const Id = Type.String({ pattern: idPattern });
export const Time = Type.String({ format: 'date-time' });
export const Name = Type.String({ minLength: 1, maxLength: 100 });
export const Text = Type.String({ maxLength: 2000 });
export const Reason = Type.String({ minLength: 1, maxLength: 200 });
export const Url = Type.Union([Type.String({ format: 'uri', maxLength: 500 }), Type.Null()]);
export const Clock = Type.String({ pattern: '^([01]\\d|2[0-3]):[0-5]\\d$', description: 'HH:MM' });
export const Amount = Type.Number({
  minimum: 0,
  maximum: 1_000_000,
  description: 'In the currency, two decimals (S2-ORD-02)',
});
export const IdParams = Type.Object({ id: Id }, { additionalProperties: false });

export function orNull<T extends ReturnType<typeof Type.String> | ReturnType<typeof Type.Number>>(type: T) {
  return Type.Union([type, Type.Null()]);
}

/** Exactly these members. */
export const closed = { additionalProperties: false } as const;
