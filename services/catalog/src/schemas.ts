import { closed, Id, IdParams, orNull, Time } from '@dabba/service-kit';
import { Type } from 'typebox';

export { closed, Id, IdParams, orNull, Time };

/** Shapes that several routes share. */
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
