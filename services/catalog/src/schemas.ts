import { closed, Id, IdParams, orNull, Time, typedText } from '@dabba/service-kit';
import { Type } from 'typebox';

export { closed, Id, IdParams, orNull, Time };

/** Shapes that several routes share. */
export const Name = typedText(100, { minLength: 1 });
export const Text = typedText(2000);
export const Reason = typedText(200, { minLength: 1 });
export const Url = Type.Union([Type.String({ format: 'uri', maxLength: 500 }), Type.Null()]);
export const Clock = Type.String({ pattern: '^([01]\\d|2[0-3]):[0-5]\\d$', description: 'HH:MM' });
export const Amount = Type.Number({
  minimum: 0,
  maximum: 1_000_000,
  description: 'In the currency, two decimals (S2-ORD-02)',
});
