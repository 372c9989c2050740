import { createHmac } from 'node:crypto';
import { newId } from '@dabba/contracts';
import { until } from '@dabba/testing';
import { afterEach, describe, expect, it } from 'vitest';
import { signature } from '../../../e2e/simulators/stripe/webhooks.ts';
import { patient, World, type WorldOptions } from './spec/world.ts';

let world: World;
const open = async (name: string, options: WorldOptions = {}) => {
  world = await World.open(`payments_${name}`, options);
};
afterEach(() => world.close());
const intents = (id: string, at = world.stripe) =>
  at.books.all('payment_intent').filter(({ metadata }) => metadata.payment_id === id);

describe('S2-PAY-04 while Stripe is away', () => {
  it('another provider takes what has no intent, and nothing stays open at the first', async () => {
    await open('spare', { spare: true });
    world.stripe.behave({ lost: 1 });
    const { id } = await world.order();
    expect(await world.becomes(id, 'REQUIRES_PAYMENT_METHOD')).toMatchObject({ provider: 'spare' });
    await world.confirm(id);
    expect(await world.becomes(id, 'SUCCEEDED')).toMatchObject({ captured: 15.42, provider: 'spare' });
    expect(intents(id, world.spare)).toMatchObject([{ amount_received: 1542 }]);
    expect(intents(id)).toMatchObject([{ status: 'requires_payment_method', amount_received: 0 }]);
    world.stripe.behave({});
    // Its closing waits a minute, since a call may be under way; that minute is made to be over.
    await world.payments.deps.pool.query(
      `update graphile_worker._private_jobs set run_at = now() where key like 'close-intent:%'`,
    );
    await until('the first has closed it', () => intents(id)[0]?.status === 'canceled', {
      ...patient,
      within: 90_000,
    });
  });
  it('T2 what was done before its key was forgotten is found, and not done again', async () => {
    await open('forgotten');
    world.stripe.behave({ lost: 1 });
    const { id } = await world.order({ payBy: world.payments.deps.now() + 48 * 3_600_000 });
    await until(
      'it was done, and not heard of',
      async () => {
        const { rowCount } = await world.payments.deps.pool.query(
          `select from graphile_worker._private_jobs
            where key like 'create-intent:%' and payload->>'failed' <> '0' and locked_at is null`,
        );
        return rowCount === 1 && intents(id).length === 1;
      },
      { ...patient, every: 20 },
    );
    world.clock.ahead = 24 * 3_600_000;
    world.stripe.behave({ keys: 0 });
    await world.becomes(id, 'REQUIRES_PAYMENT_METHOD');
    expect(intents(id)).toHaveLength(1);
  });
  it('S2-CB-01 it is not asked again and again', async () => {
    await open('breaker');
    world.stripe.behave({ down: 1 });
    const orders = await Promise.all(Array.from({ length: 8 }, () => world.order()));
    const first = orders[0]?.id ?? '';
    await until('they were asked for', async () => (await world.story(first)).length > 0, patient);
    const { pool } = world.payments.deps;
    await until(
      'the breaker is open',
      async () => {
        const { rows } = await pool.query<{ text: string }>(
          `select payload->>'error' as text from graphile_worker._private_jobs where key like 'create-intent:%'`,
        );
        return rows.some(({ text }) => text?.includes('breaker of stripe is open'));
      },
      patient,
    );
    for (const { id } of orders) expect((await world.payment(id)).status).toBe('PENDING');
  });
});

describe('S2-PAY-02 webhooks', () => {
  const post = (body: string, header: string | undefined) =>
    fetch(`${world.payments.url}/webhooks/stripe`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(header !== undefined && { 'stripe-signature': header }),
      },
      body,
    });
  const seconds = () => Math.floor(Date.now() / 1000);

  it('are believed by their signature over the raw bytes, fresh, by one of several', async () => {
    await open('signed', { noWebhooks: true, env: { STRIPE_WEBHOOK_SECRET: 'whsec_new,whsec_old' } });
    const event = (id: string) =>
      JSON.stringify({
        id,
        object: 'event',
        type: 'payment_intent.succeeded',
        created: seconds(),
        data: { object: {} },
      });
    const body = event('evt_1');
    expect((await post(body, undefined)).status).toBe(400);
    expect((await post('not json', signature('not json', ['whsec_wrong'], seconds()))).status).toBe(400);
    expect((await post(body, signature(body, ['whsec_wrong'], seconds()))).status).toBe(400);
    expect((await post(`${body} `, signature(body, ['whsec_new'], seconds()))).status).toBe(400);
    expect((await post(body, signature(body, ['whsec_new'], seconds() - 301))).status).toBe(400);
    const v0 = `t=${seconds()},v0=${createHmac('sha256', 'whsec_new').update(`${seconds()}.${body}`).digest('hex')}`;
    expect((await post(body, v0)).status).toBe(400);
    const { pool } = world.payments.deps;
    const kept = async () => (await pool.query('select event_id from provider_notices order by 1')).rows;
    expect(await kept()).toEqual([]);
    expect((await post(body, signature(body, ['whsec_wrong', 'whsec_new'], seconds()))).status).toBe(200);
    expect((await post(body, signature(body, ['whsec_old'], seconds() - 200))).status).toBe(200);
    expect(await kept()).toEqual([{ event_id: 'evt_1' }]);
  });
  it('that never come are asked for', async () => {
    await open('polled', { noWebhooks: true, env: { PAYMENT_POLL_MS: '500' } });
    const { id } = await world.order();
    await world.confirm(id);
    await world.becomes(id, 'SUCCEEDED');
    const { rows } = await world.payments.deps.pool.query('select distinct by from provider_notices');
    expect(rows).toEqual([{ by: 'poll' }]);
  });
  it('of payments that are not ours change nothing', async () => {
    await open('others');
    const { url } = world.stripe;
    const made = await fetch(`${url}/v1/payment_intents`, {
      method: 'POST',
      headers: { authorization: 'Bearer sk_test', 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({
        amount: '500',
        currency: 'usd',
        payment_method: 'pm_card_visa',
        confirm: 'true',
        'metadata[payment_id]': newId('pay'),
      }),
    });
    expect(made.status).toBe(200);
    const { pool } = world.payments.deps;
    await until(
      'it was followed',
      async () => {
        const { rows } = await pool.query<{ told: string; waiting: string }>(
          `select (select count(*) from provider_notices where type = 'payment_intent.succeeded') as told,
                  (select count(*) from graphile_worker._private_jobs) as waiting`,
        );
        return rows[0]?.told === '1' && rows[0].waiting === '0';
      },
      patient,
    );
    expect((await pool.query('select 1 from dabba.events')).rowCount).toBe(0);
  });
});

describe('a hold nobody came back for', () => {
  it('is let go before it lapses', async () => {
    await open('sweep', { env: { PAYMENT_SWEEP_MS: '300' } });
    const who = newId('cus');
    await world.call(
      'PUT',
      '/api/v1/payment-methods',
      { payment_method_id: 'pm_card_visa' },
      world.buyer(who),
    );
    const sessionId = newId();
    const now = world.payments.deps.now();
    await world.say('DoorSessionStarted', sessionId, {
      ...{
        sessionId,
        fridgeId: 'fr_1',
        door: '1',
        kind: 'CUSTOMER',
        customerId: who,
        commandId: 'c',
        nonce: 'n',
      },
      prices: [{ mealId: 'm1', sku: 'dal', price: 850, currency: 'USD' }],
      ...{ startedAt: now, expiresAt: now + 10_000 },
    });
    const id = `pay_${sessionId}`;
    await world.becomes(id, 'AUTHORISED');
    world.clock.ahead = 7 * 24 * 3_600_000;
    await until('it is let go', () => intents(id)[0]?.status === 'canceled', patient);
    await world.becomes(id, 'CANCELLED');
  });
});
