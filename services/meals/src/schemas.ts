import { idPattern } from '@dabba/contracts';
import { Type } from 'typebox';

/** Shapes that several routes share. */
export const Id = Type.String({ pattern: idPattern });
export const Time = Type.String({ format: 'date-time' });
export const Nullable = <T extends ReturnType<typeof Type.String>>(type: T) =>
  Type.Union([type, Type.Null()]);

export const Price = Type.Object({
  amount: Type.Integer({ description: 'Minor units of the currency' }),
  currency: Type.String({ description: 'ISO 4217' }),
});

export const IdParams = Type.Object({ id: Id }, { additionalProperties: false });

export const HistoryEntry = Type.Object({
  version: Type.Integer(),
  type: Type.String(),
  time: Time,
  actor: Nullable(Type.String()),
  data: Type.Record(Type.String(), Type.Unknown()),
});
export const History = Type.Object({ items: Type.Array(HistoryEntry) });
