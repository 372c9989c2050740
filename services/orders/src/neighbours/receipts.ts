import type { Ask } from '@dabba/service-kit';
import { Type } from 'typebox';
import { Value } from 'typebox/value';

const Registration = Type.Object({
  id: Type.String(),
  status: Type.String(),
  registrations: Type.Array(
    Type.Object({
      service: Type.String(),
      status: Type.String(),
      external_ref: Type.Union([Type.String(), Type.Null()]),
    }),
  ),
});

const patience = 1_500;

/** Where a receipt stands with the authorities; undefined: receipts does not say. */
export async function askRegistration(ask: Ask, receipts: URL, receiptId: string) {
  const answer = await ask(new URL(`/api/v1/receipts/${receiptId}`, receipts), patience);
  return Value.Check(Registration, answer) ? answer : undefined;
}
