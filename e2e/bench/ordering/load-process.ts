import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { tuneEngine } from '@dabba/service-kit';
import { latencies } from '@dabba/testing';
import { Pool } from 'undici';
import { type Loop, openLoop } from '../load/open-loop.ts';
import type { Shop } from './shops.ts';

/** Who orders where, told once. */
export interface Crowd {
  gateway: string;
  stripe: string;
  shops: readonly Shop[];
  customers: readonly string[];
}

/** Orders a second for so long; `at once`: every customer one, in the same instant. */
export type Shot = { rate: number; seconds: number } | { atOnce: number };

/** Reads by so many callers at a time, each asking again as soon as it is answered. */
export interface Reads {
  origin: string;
  paths: readonly string[];
  authorization: string;
  connections: number;
  seconds: number;
}

export interface Read {
  perSecond: number;
  /** Milliseconds. */
  p99: number;
  /** Not 200. */
  wrong: number;
}

export interface Placed {
  id: string;
  /** UTC milliseconds when its POST was due, and when the customer was told that it is paid. */
  due: number;
  paid: number;
}

export interface Shots {
  posts: Loop;
  placed: Placed[];
  /** Answered without what the payment is confirmed by: asked for again until it was there. */
  pending: number;
  /** Neither confirmed nor refused by anybody within the patience. */
  unpaid: number;
}

/** Milliseconds a customer asks again for what to confirm by. */
const patience = 20_000;
let crowd: Crowd;
let gateway: Pool;
let stripe: Pool;
let ordered = 0;
tuneEngine();

process.on('message', (told: Crowd | Shot | Reads) => {
  if ('gateway' in told) {
    crowd = told;
    gateway = new Pool(told.gateway, { connections: told.customers.length });
    stripe = new Pool(told.stripe, { connections: 64 });
    process.send?.('ready');
  } else if ('paths' in told) void read(told).then((done) => process.send?.(done));
  else void shoot(told).then((shots) => process.send?.(shots));
});
process.on('disconnect', () => process.exit(0));
process.send?.('ready');

async function shoot(shot: Shot): Promise<Shots> {
  const placed: Placed[] = [];
  const counts = { pending: 0, unpaid: 0 };
  const paying: Promise<void>[] = [];
  const [rate, seconds] = 'atOnce' in shot ? [shot.atOnce * 1000, 1 / 1000] : [shot.rate, shot.seconds];
  const begun = Date.now() + 5;
  const posts = await openLoop(rate, seconds, async (n) => {
    const due = begun + (n * 1000) / rate;
    const { status, body, authorization } = await place();
    if (status === 201) paying.push(pay(body, authorization, due, placed, counts));
    return String(status);
  });
  await Promise.all(paying);
  return { posts, placed, ...counts };
}

async function read({ origin, paths, authorization, connections, seconds }: Reads): Promise<Read> {
  const pool = new Pool(origin, { connections });
  const taken = latencies();
  const begun = performance.now();
  let next = 0;
  let wrong = 0;
  await Promise.all(
    Array.from({ length: connections }, async () => {
      while (performance.now() - begun < seconds * 1000) {
        const asked = performance.now();
        const path = paths[next++ % paths.length] ?? '/';
        const { statusCode, body } = await pool.request({ method: 'GET', path, headers: { authorization } });
        await body.dump();
        if (statusCode !== 200) wrong += 1;
        taken.record(performance.now() - asked);
      }
    }),
  );
  const lasted = (performance.now() - begun) / 1000;
  await pool.close();
  return { perSecond: taken.count() / lasted, p99: taken.p(99), wrong };
}

async function place() {
  const n = ordered++;
  const { customers, shops } = crowd;
  const authorization = customers[n % customers.length] ?? '';
  const shop = shops[n % shops.length];
  const dish = (k: number) => shop?.dishes[(Math.floor(n / shops.length) + k) % shop.dishes.length];
  const { statusCode: status, body } = await gateway.request({
    method: 'POST',
    path: '/api/v1/orders',
    headers: { authorization, 'content-type': 'application/json', 'idempotency-key': randomUUID() },
    body: JSON.stringify({
      vendor_id: shop?.vendorId,
      store_id: shop?.storeId,
      items: [
        { menu_item_id: dish(0), quantity: 2, customizations: { spice: 'hot' } },
        { menu_item_id: dish(1), quantity: 1, customizations: { spice: 'mild' } },
      ],
      tip_percentage: 20,
      use_meal_subsidy: true,
    }),
  });
  return { status, authorization, body: orderOf(await body.text()) };
}

interface Order {
  id: string;
  secret: string | undefined;
}

function orderOf(text: string): Order {
  const { id, payment }: { id: string; payment?: { client_secret?: string } } = JSON.parse(text);
  return { id, secret: payment?.client_secret };
}

/** As the customer's app does: by the secret of the answer, else by that of the order a little later. */
async function pay(
  { id, secret }: Order,
  authorization: string,
  due: number,
  placed: Placed[],
  counts: Pick<Shots, 'pending' | 'unpaid'>,
): Promise<void> {
  if (secret === undefined) counts.pending += 1;
  const until = Date.now() + patience;
  let known = secret;
  while (known === undefined && Date.now() < until) {
    await pause(1_000);
    const { body } = await gateway.request({
      method: 'GET',
      path: `/api/v1/orders/${id}`,
      headers: { authorization },
    });
    known = orderOf(await body.text()).secret;
  }
  if (known === undefined) {
    counts.unpaid += 1;
    return;
  }
  const { statusCode, body } = await stripe.request({
    method: 'POST',
    path: `/v1/payment_intents/${known.split('_secret_')[0]}/confirm`,
    headers: {
      authorization: 'Bearer pk_test_bench',
      'content-type': 'application/x-www-form-urlencoded',
    },
    body: new URLSearchParams({ client_secret: known, payment_method: 'pm_card_visa' }).toString(),
  });
  await body.dump();
  if (statusCode === 200) placed.push({ id, due, paid: Date.now() });
  else counts.unpaid += 1;
}
