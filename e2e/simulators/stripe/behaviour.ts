import { type Static, Type } from 'typebox';

const Share = Type.Number({ minimum: 0, maximum: 1, default: 0 });
const Millis = Type.Integer({ minimum: 0, maximum: 600_000, default: 0 });
const Nullable = <T extends Type.TSchema>(of: T) => Type.Union([of, Type.Null()], { default: null });

/** How this Stripe behaves. Shares are those of its requests or deliveries; everything left out is as it should be. */
export const Behaviour = Type.Object(
  {
    /** Of the dice: the same seed, the same throws. */
    seed: Type.Integer({ default: 1 }),
    /** Declines payments by a method whose token begins so, of such an amount; null: any. `code`: the bank's. */
    decline: Type.Array(
      Type.Object(
        {
          method: Nullable(Type.String()),
          amount: Nullable(Type.Integer()),
          code: Type.String({ default: 'generic_decline' }),
        },
        { additionalProperties: false },
      ),
      { default: [] },
    ),
    /** Does its work only after a while, whether the caller still waits or not. Milliseconds. */
    slow: Type.Object(
      { share: Share, from: Millis, to: Millis },
      { default: {}, additionalProperties: false },
    ),
    /** Closes the connection without having done anything; 1: it is down. */
    down: Share,
    /** Has an accident of its own: 500, and again for the same Idempotency-Key. */
    broken: Share,
    /** Sends the caller away: 429. */
    limited: Share,
    /** Does what it is asked and never answers. */
    mute: Share,
    /** Does what it is asked and hangs up. */
    lost: Share,
    /** Remembers Idempotency-Keys for so long. Seconds. */
    keys: Type.Integer({ minimum: 0, default: 86_400 }),
    /** How it tells of events. Deliveries come `from`–`to` milliseconds late; one that is held comes after those that follow it. */
    webhooks: Type.Object(
      { share: { ...Share, default: 1 }, from: Millis, to: Millis, twice: Share, held: Share },
      { default: {}, additionalProperties: false },
    ),
  },
  { additionalProperties: false },
);
export type Behaviour = Static<typeof Behaviour>;
