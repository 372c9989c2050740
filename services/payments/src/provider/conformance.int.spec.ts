import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { newId } from '@dabba/contracts';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type RunningStripe, startStripe } from '../../../../e2e/simulators/stripe/server.ts';
import type { IntentWish, Provider } from './port.ts';
import { stripeProvider } from './stripe.ts';

/**
 * What we rely on in a provider. It runs against the simulator, and against the real Stripe (test mode) where STRIPE_SECRET_KEY
 * is set.
 */
const { STRIPE_SECRET_KEY: realKey } = process.env;
const settings = { name: 'stripe', webhookSecrets: ['whsec_test'], timeout: 20_000 };
const soon = { timeout: 30_000 };

interface Place {
  provider: Provider;
  /** As somebody with the app would: by their own card. */
  clientConfirms(intentId: string, secret: string, method: string): Promise<void>;
  close(): Promise<void>;
}

async function simulator(): Promise<Place & { stripe: RunningStripe }> {
  const folder = await mkdtemp(join(tmpdir(), 'stripe-'));
  const stripe = await startStripe({ ledger: join(folder, 'stripe.jsonl') });
  const provider = stripeProvider({ ...settings, url: new URL(stripe.url), secretKey: 'sk_test_simulator' });
  return {
    provider,
    stripe,
    clientConfirms: confirmAt(stripe.url, 'pk_test_simulator'),
    async close() {
      await stripe.close();
      await rm(folder, { recursive: true });
    },
  };
}

const at = (secretKey: string, url: string | undefined) => async (): Promise<Place> => ({
  provider: stripeProvider({ ...settings, url: url === undefined ? undefined : new URL(url), secretKey }),
  clientConfirms: confirmAt(url ?? 'https://api.stripe.com', secretKey),
  close: async () => {},
});

const confirmAt =
  (url: string, key: string): Place['clientConfirms'] =>
  async (intentId, client_secret, payment_method) => {
    const response = await fetch(`${url}/v1/payment_intents/${intentId}/confirm`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({ client_secret, payment_method, return_url: 'https://dabba.dev/paid' }),
    });
    await response.text();
  };

const places = [
  { name: 'the simulator', open: simulator },
  ...(realKey?.startsWith('sk_test_') ? [{ name: 'Stripe', open: at(realKey, undefined) }] : []),
];

describe.each(places)('S2-PAY-01 $name', ({ open }) => {
  let place: Place;
  let provider: Provider;
  beforeAll(async () => {
    place = await open();
    ({ provider } = place);
  });
  afterAll(() => place.close());

  const wish = (change: Partial<IntentWish> = {}): IntentWish => ({
    paymentId: `pay_${newId()}`,
    amount: 1042,
    currency: 'USD',
    captures: 'AUTOMATIC',
    method: null,
    customer: null,
    ...change,
  });
  const key = () => newId('key');
  const held = async (method = 'pm_card_visa', amount = 1042) => {
    const made = await provider.create(wish({ captures: 'MANUAL', method, amount }), key());
    return provider.confirm(made.id, null, key());
  };
  const paid = async (method = 'pm_card_visa') => {
    const made = await provider.create(wish({ method }), key());
    return provider.confirm(made.id, null, key());
  };

  test('makes an intent that waits for its client', soon, async () => {
    const asked = wish();
    const made = await provider.create(asked, key());
    expect(made).toMatchObject({
      status: 'requires_payment_method',
      paymentId: asked.paymentId,
      currency: 'USD',
      received: 0,
      capturable: 0,
    });
    expect(made.clientSecret).toMatch(/^pi_\w+_secret_\w+$/);
    const named = await provider.create(wish({ method: 'pm_card_visa' }), key());
    expect(named.status).toBe('requires_confirmation');
  });
  test('its client confirms it by the secret', soon, async () => {
    const made = await provider.create(wish(), key());
    await place.clientConfirms(made.id, made.clientSecret ?? '', 'pm_card_visa');
    expect(await provider.retrieve(made.id)).toMatchObject({ status: 'succeeded', received: 1042 });
  });
  test('confirms, holds, and takes no more than it is told', soon, async () => {
    const hold = await held();
    expect(hold).toMatchObject({ status: 'requires_capture', capturable: 1042, received: 0 });
    expect(hold.captureBefore).toBeGreaterThan(Date.now());
    const taken = await provider.capture(hold.id, 850, key());
    expect(taken).toMatchObject({ status: 'succeeded', received: 850 });
    // What is left of a hold is no refund of ours.
    expect((await provider.retrieve(hold.id)).refunds.filter(({ refundId }) => refundId)).toEqual([]);
  });
  test('lets a hold go, and says so again', soon, async () => {
    const hold = await held();
    expect(await provider.cancel(hold.id, key())).toMatchObject({ status: 'canceled', received: 0 });
    expect(await provider.cancel(hold.id, key())).toMatchObject({ status: 'canceled' });
    expect(await provider.capture(hold.id, 100, key())).toMatchObject({ status: 'canceled', received: 0 });
  });
  test('says why a card is declined, and waits for another', soon, async () => {
    const made = await paid('pm_card_visa_chargeDeclined');
    expect(made).toMatchObject({ status: 'requires_payment_method', received: 0 });
    expect(made.decline?.code).toMatch(/decline/);
    expect(await provider.confirm(made.id, 'pm_card_visa', key())).toMatchObject({ status: 'succeeded' });
  });
  test('an intent is made once for a key, and found by our own id', soon, async () => {
    const asked = wish();
    const once = key();
    const since = Date.now();
    const [first, second] = [await provider.create(asked, once), await provider.create(asked, once)];
    expect(second.id).toBe(first.id);
    await expect(provider.create({ ...asked, amount: 1 + asked.amount }, once)).rejects.toMatchObject({
      name: 'ProviderRefused',
    });
    expect((await provider.find(asked.paymentId, since))?.id).toBe(first.id);
    expect(await provider.find(`pay_${newId()}`, since)).toBeUndefined();
  });
  test('gives back in parts, never more than it took', soon, async () => {
    const intent = await paid();
    const refund = (amount: number, refundId = newId('ref')) => ({
      intentId: intent.id,
      paymentId: intent.paymentId ?? '',
      refundId,
      amount,
    });
    const [one, two] = [refund(500), refund(542)];
    expect(await provider.retrieve(intent.id, true)).toMatchObject({ status: 'succeeded', refunds: [] });
    await provider.refund(one, one.refundId);
    // A brief look sees it as well.
    expect((await provider.retrieve(intent.id, true)).refunds).toHaveLength(1);
    await provider.refund(one, one.refundId);
    const after = await provider.refund(two, two.refundId);
    const mine = after.refunds.map(({ refundId, amount, status }) => ({ refundId, amount, status }));
    expect(mine).toHaveLength(2);
    expect(mine).toContainEqual({ refundId: one.refundId, amount: 500, status: 'SUCCEEDED' });
    expect(mine).toContainEqual({ refundId: two.refundId, amount: 542, status: 'SUCCEEDED' });
    await expect(provider.refund(refund(1), key())).rejects.toThrow();
  });
  test('asks for the customer where the card wants it', soon, async () => {
    const made = await paid('pm_card_authenticationRequired');
    expect(made).toMatchObject({ status: 'requires_action', received: 0 });
  });
  test('tells what happened that may change a payment, oldest first', soon, async () => {
    const since = Date.now();
    const intent = await held();
    await provider.capture(intent.id, 1042, key());
    const mine = (await provider.notices(since)).filter(({ intentId }) => intentId === intent.id);
    const types = mine.map(({ type }) => type).filter((type) => type.startsWith('payment_intent'));
    expect(types).toEqual(['payment_intent.amount_capturable_updated', 'payment_intent.succeeded']);
  });
});

describe('the simulator', () => {
  let place: Awaited<ReturnType<typeof simulator>>;
  beforeAll(async () => {
    place = await simulator();
  });
  beforeEach(() => place.stripe.behave({}));
  afterAll(() => place.close());
  const wish = (): IntentWish => ({
    ...{ paymentId: `pay_${newId()}`, amount: 900, currency: 'USD', captures: 'AUTOMATIC' },
    ...{ method: 'pm_card_visa', customer: null },
  });

  test('authenticates by a call anybody with the secret can make', async () => {
    const made = await place.provider.create(
      { ...wish(), method: 'pm_card_authenticationRequired' },
      newId(),
    );
    await place.provider.confirm(made.id, null, newId());
    const authenticate = (secret: string | null, outcome: string) =>
      fetch(`${place.stripe.url}/v1/payment_intents/${made.id}/_authenticate`, {
        method: 'POST',
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body: new URLSearchParams({ client_secret: secret ?? '', outcome }),
      });
    expect((await authenticate('guessed', 'success')).status).toBe(401);
    expect((await authenticate(made.clientSecret, 'success')).status).toBe(200);
    expect(await place.provider.retrieve(made.id)).toMatchObject({ status: 'succeeded', received: 900 });
  });
  test('T2 what it did and did not answer is found, and not done again', async () => {
    const once = wish();
    place.stripe.behave({ lost: 1 });
    await expect(place.provider.create(once, once.paymentId)).rejects.toMatchObject({ name: 'ProviderAway' });
    place.stripe.behave({});
    const again = await place.provider.create(once, once.paymentId);
    expect((await place.provider.find(once.paymentId, Date.now()))?.id).toBe(again.id);
    const mine = place.stripe.books
      .all('payment_intent')
      .filter(({ metadata }) => metadata.payment_id === once.paymentId);
    expect(mine).toHaveLength(1);
  });
  test('an accident is remembered under its key, and another key gets through', async () => {
    const once = wish();
    place.stripe.behave({ broken: 1 });
    await expect(place.provider.create(once, once.paymentId)).rejects.toMatchObject({ name: 'ProviderAway' });
    place.stripe.behave({});
    expect((await place.provider.create(once, once.paymentId)).status).toBe('requires_confirmation');
  });
  test('keeps no number of a card', async () => {
    const response = await fetch(`${place.stripe.url}/v1/payment_methods`, {
      method: 'POST',
      headers: { authorization: 'Bearer pk_test_x', 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({ type: 'card', 'card[number]': '4242424242424242' }),
    });
    const text = await response.text();
    expect(text).toContain('"last4":"4242"');
    expect(text).not.toContain('42424242');
  });
});
