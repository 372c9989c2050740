import { idPattern } from '@dabba/contracts';
import { Type } from 'typebox';
import { Currency, Id, Sum, Time, Token } from '../schemas.ts';

export const NewPayment = Type.Object(
  {
    metro: Id,
    order_id: Type.Optional(Id),
    customer_id: Type.Optional(Id),
    amount: Sum,
    currency: Currency,
    use_meal_subsidy: Type.Optional(Type.Boolean({ default: false })),
    payment_method_id: Type.Optional(Token),
    confirms: Type.Optional(Type.Enum(['CLIENT', 'SERVER'])),
    captures: Type.Optional(Type.Enum(['AUTOMATIC', 'MANUAL'])),
    settles: Type.Optional(
      Type.String({ pattern: idPattern, description: 'Payment whose receivable it pays' }),
    ),
    expires_at: Type.Optional(Time),
  },
  { additionalProperties: false },
);
