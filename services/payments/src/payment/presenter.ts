import { setTimeout as pause } from 'node:timers/promises';
import type { StoreDeps } from '@dabba/service-kit';
import type { Parts } from '../parts.ts';
import { providerNamed } from './desk.ts';
import type { Paying } from './payment.ts';
import { paymentView } from './view.ts';

/** Milliseconds the provider has to say how a payment stands. */
const patience = 1_500;
/** Milliseconds after which what it said when the intent was made is asked for again. */
const fresh = 3_000;

/** A payment as a caller reads it. While its client is to confirm it the provider is asked how it stands; away, we say what we know. */
export function presenter(
  { now }: Pick<StoreDeps, 'now'>,
  { providers, secrets }: Pick<Parts, 'providers' | 'secrets'>,
) {
  return async (id: string, payment: Paying, withSecret: boolean) => {
    const { intentId, status, intentStatus, requestedAt, provider } = payment;
    if (status !== 'CREATED' || intentId === null) return paymentView(id, payment);
    const kept = secrets.of(intentId);
    if (kept !== undefined && intentStatus !== null && now() - requestedAt < fresh)
      return paymentView(id, payment, { status: intentStatus, clientSecret: withSecret ? kept : null });
    const asked = providerNamed(providers, provider).retrieve(intentId);
    const seen = await Promise.race([asked, pause(patience, undefined, { ref: false })]).catch(
      () => undefined,
    );
    if (seen === undefined)
      return paymentView(id, payment, withSecret && kept !== undefined ? { clientSecret: kept } : {});
    secrets.keep(seen.id, seen.clientSecret);
    return paymentView(id, payment, {
      status: seen.status,
      clientSecret: withSecret ? seen.clientSecret : null,
    });
  };
}
