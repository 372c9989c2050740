import { idPattern } from '@dabba/contracts';
import { type Static, Type } from 'typebox';

const Id = Type.String({ pattern: idPattern });
const Count = Type.Integer({ minimum: 0 });
/** UTC milliseconds. */
const Time = Type.Integer({ minimum: 0 });
/** Minor units and meals at most. */
const Limit = Type.Object({ amount: Count, meals: Count });

/** What a fridge may sell by itself; the payload of the JWS that it gets. A fridge without it, or with an old one, sells nothing alone. */
export const OfflinePolicy = Type.Object({
  version: Type.Integer({ minimum: 1 }),
  fridge_id: Id,
  metro: Id,
  issued_at: Time,
  /** From then on nothing is sold under it. */
  valid_until: Time,
  limits: Type.Object({ per_customer: Limit, per_fridge_hour: Limit }),
  /** Ids of customers who get nothing. */
  deny: Type.Array(Id),
  /** What may be inside. What is not listed may be anything, and nothing is sold beside it. */
  meals: Type.Array(
    Type.Object({
      meal_id: Id,
      sku: Type.String(),
      /** Full price, minor units. */
      price: Count,
      currency: Type.String(),
      expires_at: Time,
      /** Recalled, spoiled or withdrawn: nobody may eat it. */
      blocked: Type.Optional(Type.Boolean()),
    }),
  ),
  markdown: Type.Optional(Type.Object({ percent: Type.Number(), hours: Type.Number() })),
  /** Of the metro: nothing is sold then, by the clocks on its walls. */
  maintenance: Type.Optional(Type.Object({ zone: Type.String(), from: Type.String(), to: Type.String() })),
  /** Of the metro; Celsius and milliseconds. */
  cold: Type.Object({
    limit: Type.Number(),
    warm: Count,
    recovery: Count,
    grace: Count,
    silence: Count,
  }),
  /** By which a customer's token is checked. */
  identity: Type.Object({
    issuer: Type.String(),
    audience: Type.String(),
    keys: Type.Array(Type.Object({ kty: Type.String() }, { additionalProperties: true })),
  }),
});
export type OfflinePolicy = Static<typeof OfflinePolicy>;
