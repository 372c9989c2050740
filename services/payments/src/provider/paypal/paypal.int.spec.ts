import { newId } from '@dabba/contracts';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { approveAt, setUpAt } from '../../../../../e2e/simulators/paypal/app.ts';
import { ledgerOf } from '../../../../../e2e/simulators/paypal/ledger.ts';
import type { IntentWish } from '../port.ts';
import { playedPaypal } from '../spec/places.ts';
import { minorOf, moneyOf } from './money.ts';
import { paypalProvider } from './paypal.ts';

/** What is PayPal's alone. */
let place: Awaited<ReturnType<typeof playedPaypal>>;
beforeAll(async () => {
  place = await playedPaypal();
});
beforeEach(() => place.behave({}));
afterAll(() => place.close());

const wish = (change: Partial<IntentWish> = {}): IntentWish => ({
  ...{ paymentId: `pay_${newId()}`, amount: 900, currency: 'USD', captures: 'AUTOMATIC' },
  ...{ method: null, customer: null },
  ...change,
});

it('its token is kept while it is good, and had anew when it no longer is', async () => {
  const { signIn } = place.paypal;
  await Promise.all([1, 2, 3].map(() => place.provider.create(wish(), newId())));
  expect(signIn.granted).toBe(1);
  signIn.forget();
  await place.provider.create(wish(), newId());
  expect(signIn.granted).toBe(2);
});

it('X-06 a wallet that was kept is charged without its payer', async () => {
  const setup = await setUpAt(place.paypal.url);
  const { method, customer } = await place.provider.saveMethod('cus_1', setup, null);
  const again = await place.provider.saveMethod('cus_1', await setUpAt(place.paypal.url), customer);
  expect(again.customer).toBe(customer);
  const made = await place.provider.create(wish({ method, customer }), newId());
  expect(made.status).toBe('requires_confirmation');
  expect(await place.provider.confirm(made.id, method, newId())).toMatchObject({
    ...{ status: 'succeeded', received: 900 },
  });
  await expect(place.provider.saveMethod('cus_1', 'UNKNOWN', null)).rejects.toMatchObject({
    name: 'ProviderRefused',
  });
});

it('a decline leaves the order to be agreed to anew, and each try has a name of its own', async () => {
  const made = await place.provider.create(wish(), newId());
  await approveAt(place.paypal.url, made.id, 'wallet_declines');
  const first = await place.provider.confirm(made.id, null, newId());
  const second = await place.provider.confirm(made.id, null, newId());
  expect(first).toMatchObject({
    status: 'requires_payment_method',
    decline: { code: 'INSTRUMENT_DECLINED' },
  });
  expect(second.decline?.ref).not.toBe(first.decline?.ref);
  await approveAt(place.paypal.url, made.id);
  expect(await place.provider.confirm(made.id, null, newId())).toMatchObject({ status: 'succeeded' });
});

it('S2-PAY-04 an order made twice for a payment is paid once', async () => {
  const once = wish();
  const made = await Promise.all([1, 2].map(() => place.provider.create(once, newId())));
  for (const { id } of made) await approveAt(place.paypal.url, id);
  const [first, second] = made.map(
    ({ id }) =>
      () =>
        place.provider.confirm(id, null, newId()),
  );
  expect(await first?.()).toMatchObject({ status: 'succeeded' });
  await expect(second?.()).rejects.toMatchObject({ name: 'ProviderRefused', code: 'DUPLICATE_INVOICE_ID' });
});

it('what nothing is held for is called off by not being taken', async () => {
  const made = await place.provider.create(wish(), newId());
  await approveAt(place.paypal.url, made.id);
  expect(await place.provider.cancel(made.id, newId())).toMatchObject({ status: 'canceled', approved: null });
  const paid = await place.provider.confirm(made.id, null, newId());
  // What was on its way is seen as what it is.
  expect(paid.status).toBe('succeeded');
  expect(await place.provider.cancel(made.id, newId())).toMatchObject({ status: 'succeeded', received: 900 });
});

it('what is taken of a hold is the last of it: the rest is free', async () => {
  const held = () => ledgerOf(place.paypal.books).totals.held;
  const made = await place.provider.create(wish({ captures: 'MANUAL' }), newId());
  await approveAt(place.paypal.url, made.id);
  await place.provider.confirm(made.id, null, newId());
  expect(held()).toBe(900);
  await place.provider.capture(made.id, 850, newId());
  expect(held()).toBe(0);
});

it('looks as far back as reports may be behind', async () => {
  const made = await place.provider.create(wish(), newId());
  await approveAt(place.paypal.url, made.id);
  await place.provider.confirm(made.id, null, newId());
  const hour = 3_600_000;
  const idsSince = async (from: number) => {
    const ids: string[] = [];
    for await (const { id } of place.provider.made(from, from + hour)) ids.push(id);
    return ids;
  };
  expect(await idsSince(Date.now() - 40 * 24 * hour)).not.toContain(made.id);
  expect(await idsSince(Date.now())).toContain(made.id);
  expect((await place.provider.find(made.paymentId ?? '', Date.now() - 40 * 24 * hour))?.id).toBe(made.id);
});

it('wrong credentials are for people to mend while payments wait', async () => {
  const url = new URL(place.paypal.url);
  const credentials = { clientId: 'nobody', clientSecret: 'nothing', webhookId: 'SIMULATED' };
  const nobody = paypalProvider({ name: 'paypal', url, timeout: 5_000, ...credentials });
  await expect(nobody.create(wish(), newId())).rejects.toMatchObject({ name: 'ProviderAway' });
});

it('sums are said as PayPal wants them', () => {
  expect(moneyOf(1042, 'USD')).toEqual({ currency_code: 'USD', value: '10.42' });
  expect(moneyOf(1042, 'JPY')).toEqual({ currency_code: 'JPY', value: '1042' });
  expect(moneyOf(104200, 'HUF')).toEqual({ currency_code: 'HUF', value: '1042' });
  expect(() => moneyOf(104201, 'HUF')).toThrow('whole HUF');
  for (const [amount, currency] of [
    [1042, 'USD'],
    [1001, 'EUR'],
    [7, 'JPY'],
    [4200, 'TWD'],
  ] as const)
    expect(minorOf(moneyOf(amount, currency))).toBe(amount);
});
