import { Id, IdParams, orNull, Time } from '@dabba/service-kit';
import { Type } from 'typebox';

export { Id, IdParams, orNull, Time };

/** Shapes that several routes share. */
export const Currency = Type.String({ pattern: '^[A-Z]{3}$' });
/** A provider's token; nothing with as many digits as a card has. */
export const Token = Type.String({ pattern: '^(?!.*\\d{12})[A-Za-z0-9_]{3,100}$' });
/** In the currency: two decimals at most. */
export const Sum = Type.Number({ exclusiveMinimum: 0, maximum: 1_000_000, multipleOf: 0.01 });

/** Minor units of a sum in a request. */
export const minor = (sum: number): number => Math.round(sum * 100);
