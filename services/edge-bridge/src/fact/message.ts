import { idPattern } from '@dabba/contracts';
import { type TProperties, Type } from 'typebox';
import { Compile } from 'typebox/compile';

/** What a fridge may publish (QoS 1): `{boot, seq, at, prev?, type, data}`. Nothing else is a fact. */
const id = Type.String({ pattern: idPattern });
const counter = Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER });
const door = Type.String({ pattern: '^[A-Za-z0-9]{1,10}$' });
const tags = Type.Array(id, { maxItems: 200, uniqueItems: true });
const closed = { additionalProperties: false };

function message<T extends string, D extends TProperties>(type: T, data: D) {
  return Compile(
    Type.Object(
      {
        boot: counter,
        seq: counter,
        at: Type.String({ format: 'date-time', maxLength: 40 }),
        /** Hash of the fact before it. Anything at all: what it says of another fact makes this one no less true (B5). */
        prev: Type.Optional(Type.Unknown()),
        type: Type.Literal(type),
        data: Type.Object(data, closed),
      },
      closed,
    ),
  );
}

export const messages = {
  meal_stocked: message('meal_stocked', { meal_id: id }),
  meal_sold: message('meal_sold', {
    meal_id: id,
    customer_id: id,
    /** Minor units. */
    price: Type.Integer({ minimum: 0, maximum: 100_000_000 }),
    /** ISO 4217. */
    currency: Type.String({ pattern: '^[A-Z]{3}$' }),
    /** Door session it was taken in. */
    session_id: Type.Optional(id),
    /** The fridge decided without being asked to. */
    offline: Type.Optional(Type.Boolean()),
    /** What it knew of its own temperature. */
    temperature_safe: Type.Optional(Type.Boolean()),
    /** Version of the signed policy it sold under, where it was offline. */
    policy: Type.Optional(id),
  }),
  /** Session, door and nonce where somebody had asked for it. */
  door_opened: message('door_opened', {
    session_id: Type.Optional(id),
    nonce: Type.Optional(id),
    door: Type.Optional(door),
  }),
  /** Tags as they were read after the door was shut, compared with before it opened; of the opening what was said then, and its `at`. */
  door_closed: message('door_closed', {
    session_id: Type.Optional(id),
    nonce: Type.Optional(id),
    door: Type.Optional(door),
    opened_at: Type.Optional(Type.String({ format: 'date-time', maxLength: 40 })),
    taken: tags,
    added: tags,
  }),
  meal_missing: message('meal_missing', { meal_id: id }),
  /** It reached nobody since then, and does again. */
  was_away: message('was_away', { since: Type.String({ format: 'date-time', maxLength: 40 }) }),
  command_done: message('command_done', { command_id: id }),
  heartbeat: message('heartbeat', {
    temperature_c: Type.Optional(Type.Number({ minimum: -100, maximum: 100 })),
  }),
};

export const factTypes: readonly string[] = Object.keys(messages);

/** Bytes; two hundred tags out and two hundred in fit with the ids we make. */
export const maxFactBytes = 24_576;
