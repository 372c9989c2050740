import { idPattern } from '@dabba/contracts';
import { type TSchema, Type } from 'typebox';

/** Any id of ours. */
export const Id = Type.String({ pattern: idPattern });
/** RFC 3339, UTC. */
export const Time = Type.String({ format: 'date-time' });
/** Exactly these members. */
export const closed = { additionalProperties: false } as const;
export const IdParams = Type.Object({ id: Id }, closed);
/** A JSON Web Key Set, RFC 7517. */
export const Jwks = Type.Object({ keys: Type.Array(Type.Record(Type.String(), Type.Unknown())) });

export function orNull<T extends TSchema>(type: T) {
  return Type.Union([type, Type.Null()]);
}
