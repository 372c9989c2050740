import { type Static, Type } from 'typebox';

const Share = Type.Number({ minimum: 0, maximum: 1, default: 0 });
const Millis = Type.Integer({ minimum: 0, maximum: 600_000 });

/** How an office behaves. Shares are those of its requests; everything left out is as it should be. */
export const Behaviour = Type.Object(
  {
    /** Of the dice: the same seed, the same throws. */
    seed: Type.Integer({ default: 1 }),
    /** Does its work only after a while, whether the caller still waits or not. */
    slow: Type.Object(
      { share: Share, from: { ...Millis, default: 0 }, to: { ...Millis, default: 0 } },
      { default: {}, additionalProperties: false },
    ),
    /** Closes the connection without having done anything; 1: it is down. */
    down: Share,
    /** Has an accident of its own: 500. */
    broken: Share,
    /** Sends every caller away above so many requests, or receipts, a second: 429. `retryAfter` in seconds. */
    limit: Type.Union(
      [
        Type.Object(
          {
            per: Type.Enum(['request', 'receipt'], { default: 'request' }),
            perSecond: Type.Number({ exclusiveMinimum: 0 }),
            burst: Type.Integer({ minimum: 1 }),
            retryAfter: Type.Integer({ minimum: 1, default: 1 }),
          },
          { additionalProperties: false },
        ),
        Type.Null(),
      ],
      { default: null },
    ),
    /** Refuses receipts whose member begins like this, for good. */
    refuse: Type.Array(
      Type.Object(
        {
          member: Type.Enum(['id', 'number', 'seller', 'client', 'currency']),
          begins: Type.String(),
          reason: Type.String({ default: 'Not acceptable' }),
        },
        { additionalProperties: false },
      ),
      { default: [] },
    ),
    /** Registers everything and never answers. */
    mute: Share,
    /** Registers everything and hangs up. */
    lost: Share,
    /** Registers everything and answers what nobody can read. */
    garbage: Share,
    /** Registers some and leaves the rest, or some of what it did, out of its answer. */
    partial: Share,
  },
  { additionalProperties: false },
);
export type Behaviour = Static<typeof Behaviour>;
