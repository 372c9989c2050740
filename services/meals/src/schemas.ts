import { closed, Id, IdParams, orNull, Time } from '@dabba/service-kit';
import { Type } from 'typebox';

export { closed, Id, IdParams, orNull, Time };

/** Shapes that several routes share. */
export const Price = Type.Object({
  amount: Type.Integer({ description: 'Minor units of the currency' }),
  currency: Type.String({ description: 'ISO 4217' }),
});

export const HistoryEntry = Type.Object({
  version: Type.Integer(),
  type: Type.String(),
  time: Time,
  actor: orNull(Type.String()),
  data: Type.Record(Type.String(), Type.Unknown()),
});
export const History = Type.Object({ items: Type.Array(HistoryEntry) });
