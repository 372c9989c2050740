import { typedText } from '@dabba/service-kit';
import { type Static, Type } from 'typebox';

const Pointer = Type.String({ pattern: '^(?:/[^/]*)*$', maxLength: 300, description: 'RFC 6901' });
const Expression = Type.String({ minLength: 1, maxLength: 2_000, description: 'CEL' });
const Name = Type.String({ pattern: '^[a-z][a-z0-9-]{0,59}$' });
const Scalar = Type.Union([Type.String({ maxLength: 300 }), Type.Number(), Type.Boolean(), Type.Null()]);
const exactly = { additionalProperties: false };

const Condition = Type.Union([
  Type.Object({ pointer: Pointer, equals: Scalar }, exactly),
  Type.Object({ pointer: Pointer, exists: Type.Boolean() }, exactly),
]);

const Mapping = Type.Object(
  {
    number: Type.Optional(Expression),
    issued_at: Type.Optional(Expression),
    seller: Type.Optional(Expression),
    total: Type.Optional(Expression),
    currency: Type.Optional(Expression),
  },
  exactly,
);

const Check = Type.Object(
  {
    name: Name,
    pointer: Pointer,
    expression: Expression,
    message: typedText(300, {
      minLength: 1,
      description: 'Said as it stands, whatever the document holds',
    }),
  },
  exactly,
);

/** A type of receipt as data: what an operator writes. XML is seen in the JSON form that `parseDocument` gives it. */
export const Definition = Type.Object(
  {
    type: Name,
    format: Type.Union([Type.Literal('JSON'), Type.Literal('XML')]),
    title: typedText(200, { minLength: 1 }),
    recognition: Type.Array(Condition, { minItems: 1, maxItems: 20, description: 'All of them hold' }),
    schema: Type.Record(Type.String(), Type.Unknown(), { description: 'JSON Schema, draft-07, strict' }),
    mapping: Mapping,
    checks: Type.Array(Check, { maxItems: 100 }),
    authorities: Type.Array(Name, { maxItems: 10, uniqueItems: true }),
    sample: Type.Union([Type.String({ maxLength: 60_000 }), Type.Record(Type.String(), Type.Unknown())], {
      description: 'A valid document: the object itself, or its XML as text',
    }),
  },
  exactly,
);

export type Definition = Static<typeof Definition>;
export type Condition = Static<typeof Condition>;
export type Check = Static<typeof Check>;
