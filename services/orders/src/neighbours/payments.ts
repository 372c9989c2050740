import type { Ask } from '@dabba/service-kit';
import { Type } from 'typebox';
import { Value } from 'typebox/value';

const Payment = Type.Object({
  status: Type.String(),
  provider: Type.Optional(Type.String()),
  client_secret: Type.Optional(Type.Union([Type.String(), Type.Null()])),
});

export interface Intent {
  status: string;
  /** Whose words they are, and by whose SDK it is confirmed: `stripe`, `paypal`. */
  provider: string | undefined;
  clientSecret: string | null;
}

/** Milliseconds payments is given: what it says is convenient, not necessary. */
const patience = 800;

/**
 * How a payment stands, with what its customer confirms it by; undefined: payments does not say. Never kept, never logged.
 * @param within milliseconds, if there are fewer left
 */
export async function askIntent(
  ask: Ask,
  payments: URL,
  paymentId: string,
  within = patience,
): Promise<Intent | undefined> {
  const url = new URL(`/api/v1/payments/${paymentId}`, payments);
  const answer = await ask(url, Math.min(within, patience));
  if (!Value.Check(Payment, answer)) return undefined;
  const { status, provider, client_secret: clientSecret = null } = answer;
  return { status: status.toUpperCase(), provider, clientSecret };
}
