import { type Static, Type } from 'typebox';

const Share = Type.Number({ minimum: 0, maximum: 1, default: 0 });
const Millis = Type.Integer({ minimum: 0, maximum: 600_000, default: 0 });
const Nullable = <T extends Type.TSchema>(of: T) => Type.Union([of, Type.Null()], { default: null });

/** How a provider of payments that is played behaves. Shares are those of its requests or deliveries; everything left out is as it should be. */
export const Behaviour = Type.Object(
  {
    /** Of the dice: the same seed, the same throws. */
    seed: Type.Integer({ default: 1 }),
    /** Declines payments by a method whose token begins so, of such an amount; null: any. `code`: the bank's; null: the usual one. */
    decline: Type.Array(
      Type.Object(
        {
          method: Nullable(Type.String()),
          amount: Nullable(Type.Integer()),
          code: Nullable(Type.String()),
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
    /** Has an accident of its own: 500. */
    broken: Share,
    /** Sends the caller away: 429. */
    limited: Share,
    /** Does what it is asked and never answers. */
    mute: Share,
    /** Does what it is asked and hangs up. */
    lost: Share,
    /** Remembers keys of idempotency for so long; null: as it really does. Seconds. */
    keys: Nullable(Type.Integer({ minimum: 0 })),
    /** How it tells of events. Deliveries come `from`–`to` milliseconds late; one that is held comes after those that follow it. */
    webhooks: Type.Object(
      { share: { ...Share, default: 1 }, from: Millis, to: Millis, twice: Share, held: Share },
      { default: {}, additionalProperties: false },
    ),
  },
  { additionalProperties: false },
);
export type Behaviour = Static<typeof Behaviour>;

type Rule = Behaviour['decline'][number];

/** The rule by which a payment is to be declined. @param amount minor units */
export function declinedBy({ decline }: Behaviour, method: string, amount: number): Rule | undefined {
  return decline.find(
    (rule) =>
      (rule.method === null || method.startsWith(rule.method)) &&
      (rule.amount === null || rule.amount === amount),
  );
}
