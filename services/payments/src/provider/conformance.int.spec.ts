import { newId } from '@dabba/contracts';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { IntentWish, Provider } from './port.ts';
import { type Place, type PlayedPlace, places, played, playedStripe } from './spec/places.ts';

/**
 * What we rely on in a provider, whoever it is. It runs against what is played, and against the real Stripe (test mode) where
 * STRIPE_SECRET_KEY is set; where providers differ it is said in `places.ts`.
 */
const soon = { timeout: 30_000 };

describe.each(places)('S2-PAY-01 X-06 $name', ({ open, methods, secret, eventsOfAHold, finds }) => {
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
  const held = async () => {
    const made = await provider.create(wish({ captures: 'MANUAL', method: methods.pays }), key());
    return provider.confirm(made.id, methods.pays, key());
  };
  const paid = async (method = methods.pays) => {
    const made = await provider.create(wish({ method }), key());
    return provider.confirm(made.id, method, key());
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
    expect(made.clientSecret).toMatch(secret);
    const named = await provider.create(wish({ method: methods.pays }), key());
    expect(named.status).toBe('requires_confirmation');
  });
  test('its client confirms it by the secret', soon, async () => {
    const made = await provider.create(wish(), key());
    await place.clientConfirms(made, methods.pays);
    const agreed = await provider.retrieve(made.id);
    // Where the last word is ours, nothing is taken before it, and it is said once.
    if (agreed.approved !== null) {
      expect(agreed).toMatchObject({ status: 'requires_confirmation', received: 0 });
      const once = key();
      for (const _ of [1, 2]) await provider.confirm(made.id, null, once);
    }
    expect(await provider.retrieve(made.id)).toMatchObject({
      ...{ status: 'succeeded', approved: null, received: 1042 },
    });
  });
  test('S2-ORD-07 asks for another sum until it is paid', soon, async () => {
    const made = await provider.create(wish(), key());
    expect(made.amount).toBe(1042);
    const once = key();
    for (const _ of [1, 2])
      expect(await provider.amend(made.id, { amount: 1200, currency: 'USD' }, once)).toMatchObject({
        ...{ id: made.id, amount: 1200, received: 0 },
      });
    await place.clientConfirms(made, methods.pays);
    if ((await provider.retrieve(made.id)).approved !== null) await provider.confirm(made.id, null, key());
    const paid = { status: 'succeeded', amount: 1200, received: 1200 };
    expect(await provider.retrieve(made.id)).toMatchObject(paid);
    expect(await provider.amend(made.id, { amount: 900, currency: 'USD' }, key())).toMatchObject(paid);
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
    const made = await paid(methods.declines);
    expect(made).toMatchObject({ status: 'requires_payment_method', received: 0 });
    expect(made.decline?.code).toMatch(/decline/i);
    expect(await provider.confirm(made.id, methods.pays, key())).toMatchObject({ status: 'succeeded' });
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
    if (finds === 'PAID') await place.clientConfirms(first, methods.pays);
    if (finds === 'PAID') await provider.confirm(first.id, null, key());
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
    const made = await paid(methods.asks);
    expect(made).toMatchObject({ status: 'requires_action', received: 0 });
  });
  test('tells what happened that may change a payment, oldest first', soon, async () => {
    const since = Date.now();
    const intent = await held();
    await provider.capture(intent.id, 1042, key());
    const mine = (await provider.notices(since)).filter(({ intentId }) => intentId === intent.id);
    expect(mine.filter(({ about }) => about === 'intent').map(({ type }) => type)).toEqual(eventsOfAHold);
  });
  test('tells of what went back, by whatever it names it', soon, async () => {
    const since = Date.now();
    const intent = await paid();
    const refundId = newId('ref');
    const back = { intentId: intent.id, paymentId: intent.paymentId ?? '', refundId, amount: 42 };
    await provider.refund(back, refundId);
    const mine = (await provider.notices(since)).filter(({ intentId }) => intentId === intent.id);
    expect(mine.map(({ about }) => about)).toContain('whole');
  });
  test('has in its own books what was paid', soon, async () => {
    const since = Date.now();
    const intent = await paid();
    const found: unknown[] = [];
    for await (const each of provider.made(since, Date.now() + 60_000)) found.push(each);
    const { id, paymentId } = intent;
    expect(found).toContainEqual(expect.objectContaining({ id, paymentId, received: 1042 }));
  });
});

describe.each(played)('S2-PAY-01 $name', ({ open, methods }) => {
  let place: PlayedPlace;
  beforeAll(async () => {
    place = await open();
  });
  beforeEach(() => place.behave({}));
  afterAll(() => place.close());
  const wish = (): IntentWish => ({
    ...{ paymentId: `pay_${newId()}`, amount: 900, currency: 'USD', captures: 'AUTOMATIC' },
    ...{ method: methods.pays, customer: null },
  });
  const away = { name: 'ProviderAway' };

  test('T2 what it did and did not answer is not done again', async () => {
    const once = wish();
    place.behave({ lost: 1 });
    await expect(place.provider.create(once, once.paymentId)).rejects.toMatchObject(away);
    place.behave({});
    const { id } = await place.provider.create(once, once.paymentId);
    expect(place.made(once.paymentId)).toEqual([id]);
  });
  test('T2 money that was taken and not told of is taken once', async () => {
    const once = wish();
    const { id } = await place.provider.create(once, once.paymentId);
    place.behave({ lost: 1 });
    await expect(place.provider.confirm(id, methods.pays, 'confirm')).rejects.toMatchObject(away);
    place.behave({});
    const seen = await place.provider.confirm(id, methods.pays, 'confirm');
    expect(seen).toMatchObject({ status: 'succeeded', received: 900 });
    expect(place.taken()).toContainEqual({ paymentId: once.paymentId, amount: 900, times: 1 });
  });
  test('an accident is got over', async () => {
    const once = wish();
    place.behave({ broken: 1 });
    await expect(place.provider.create(once, once.paymentId)).rejects.toMatchObject(away);
    place.behave({});
    expect((await place.provider.create(once, once.paymentId)).status).toBe('requires_confirmation');
  });
  test('S2-CB-01 one that is down, or sends us away, is away', async () => {
    place.behave({ down: 1 });
    await expect(place.provider.create(wish(), newId())).rejects.toMatchObject(away);
    place.behave({ limited: 1 });
    await expect(place.provider.create(wish(), newId())).rejects.toMatchObject({ ...away, retryAfter: 1 });
  });
  test('a dispute takes the money until it is decided', async () => {
    const since = Date.now();
    const made = await place.provider.create({ ...wish(), method: methods.disputes }, newId());
    await place.provider.confirm(made.id, methods.disputes, newId());
    const [open] = (await place.provider.retrieve(made.id)).disputes;
    expect(open).toMatchObject({ amount: 900, status: 'OPEN' });
    place.end(open?.id ?? '', false);
    expect((await place.provider.retrieve(made.id)).disputes).toMatchObject([
      { id: open?.id, status: 'LOST' },
    ]);
    const told = (await place.provider.notices(since)).filter(({ intentId }) => intentId === made.id);
    expect(told.filter(({ about }) => about === 'whole').length).toBeGreaterThan(1);
  });
  test('a refund that fails at the bank says so', async () => {
    const made = await place.provider.create({ ...wish(), method: methods.refundFails }, newId());
    const { id: intentId, paymentId = '' } = await place.provider.confirm(
      made.id,
      methods.refundFails,
      newId(),
    );
    const refundId = newId('ref');
    const { refunds } = await place.provider.refund({ intentId, paymentId, refundId, amount: 900 }, refundId);
    expect(refunds).toMatchObject([{ refundId, amount: 900, status: 'FAILED' }]);
  });
});

describe('the played Stripe', () => {
  let place: Awaited<ReturnType<typeof playedStripe>>;
  beforeAll(async () => {
    place = await playedStripe();
  });
  afterAll(() => place.close());

  test('authenticates by a call anybody with the secret can make', async () => {
    const method = 'pm_card_authenticationRequired';
    const about = { paymentId: `pay_${newId()}`, amount: 900, currency: 'USD', customer: null } as const;
    const made = await place.provider.create({ ...about, captures: 'AUTOMATIC', method }, newId());
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
