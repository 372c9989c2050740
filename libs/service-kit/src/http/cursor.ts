import { type Static, type TSchema, Type } from 'typebox';
import { Value } from 'typebox/value';
import { Problem } from './problem.ts';

/** Query parameters of every list. */
export const PageQuery = {
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200, default: 50 })),
  cursor: Type.Optional(Type.String({ maxLength: 1000 })),
};

/**
 * The place after which the next page begins, as one opaque word. It is checked against the schema when it comes
 * back, so what a client makes up is 400 and never reaches a query. It hides nothing: put no secret into it.
 */
export function cursorOf<T extends TSchema>(schema: T) {
  return {
    encode(place: Static<T>): string {
      return Buffer.from(JSON.stringify(place)).toString('base64url');
    },
    decode(cursor: string | undefined): Static<T> | undefined {
      if (cursor === undefined) return undefined;
      const place = parsed(cursor);
      if (Value.Check(schema, place)) return place;
      const detail = 'Not a cursor this list has given.';
      throw new Problem({
        status: 400,
        code: 'cursor-invalid',
        detail,
        errors: [{ in: 'query', pointer: '#/cursor', detail }],
      });
    },
  };
}

function parsed(cursor: string): unknown {
  if (!/^[A-Za-z0-9_-]+$/.test(cursor)) return undefined;
  try {
    return JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
  } catch {
    return undefined;
  }
}
