import { join } from 'node:path';
import { service as catalog } from '@dabba/catalog';
import { service as inventory } from '@dabba/inventory';
import { service as kitchen } from '@dabba/kitchen';
import { service as orders } from '@dabba/orders';
import { service as payments } from '@dabba/payments';
import type { RunningService, StoreDeps } from '@dabba/service-kit';
import { until } from '@dabba/testing';
import { behindOn } from '../../platform/behind.ts';
import { type RunningStripe, startStripe } from '../../simulators/stripe/server.ts';
import { isQuiet } from './footprint.ts';
import { openVillage, type Village } from './village.ts';

/** A village with shops and trucks: everything that takes orders, and a Stripe that tells the gateway what it did. */
export interface Town extends Village {
  ordering: Readonly<
    Record<'catalog' | 'inventory' | 'orders' | 'payments' | 'kitchen', RunningService<StoreDeps>>
  >;
  stripe: RunningStripe;
}

/** Nobody here waits for a minute; and where others use the machine, an answer is worth waiting for. */
const manners = {
  COMPLETE_AFTER_MS: '200',
  ESTIMATE_AFTER_MS: '500',
  INTENT_WAIT_MS: '15000',
  STOCK_PATIENCE_MS: '15000',
};

/** @param setting over the environment of every service */
export async function openTown(setting: Readonly<Record<string, string>> = {}): Promise<Town> {
  const more = [catalog, inventory, orders, payments, kitchen];
  const village = await openVillage({ ...manners, ...setting }, more);
  const { env, url } = village;
  const stripe = await startStripe({
    port: Number(env.STRIPE_PORT),
    ledger: join(env.EDGE_BRIDGE_DIR ?? '', '..', 'stripe.jsonl'),
    webhook: { url: `${url}/webhooks/stripe`, secret: 'whsec_simulator' },
  });
  const [menus, stock, placed, money, stoves] = await Promise.all([
    village.join(catalog),
    village.join(inventory),
    village.join(orders, { ORDERS_CLIENT_SECRET: village.secretOf('svc_orders') }),
    village.join(payments),
    village.join(kitchen, { KITCHEN_CLIENT_SECRET: village.secretOf('svc_kitchen') }),
  ]);
  const ordering = { catalog: menus, inventory: stock, orders: placed, payments: money, kitchen: stoves };
  await until('everybody knows the menus', () => knowMenus(village, [placed, stoves, stock]), {
    within: 60_000,
  });
  const { close } = village;
  return Object.assign(village, {
    ordering,
    stripe,
    async close() {
      await close();
      await stripe.close();
    },
  });
}

/** What the seed said of vendors and menus is on Kafka, and folded by whoever keeps a copy. */
async function knowMenus(village: Village, who: readonly RunningService<StoreDeps>[]): Promise<boolean> {
  if (!(await isQuiet(village))) return false;
  const behind = await Promise.all(who.map(({ deps }) => behindOn(deps.pool, village.kafka, 'catalog')));
  return behind.every((records) => records === 0);
}
