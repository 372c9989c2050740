import type { Metro } from '@dabba/contracts';
import { type Client, clientOf } from '../platform/client.ts';
import { type DemoCredential, withRole } from '../platform/credentials.ts';
import type { Platform } from '../platform/platform.ts';
import { Fridge } from '../simulators/fridge/index.ts';
import { type Dish, menu, pick } from './menu.ts';
import { repeat } from './repeat.ts';

export interface Counts {
  /** Meals a kitchen made and the platform accepted. */
  produced: number;
  /** Meals a fridge put on its shelf and the bridge acknowledged, and so on. */
  stocked: number;
  sold: number;
  /** Customers who came to an empty or locked fridge, and lots that made no sense. */
  refused: number;
  /** Things that went wrong and were tried again. */
  trouble: number;
}

const hour = 3_600_000;
const shelf = 12;

/** One metro at work: kitchens cook, couriers carry, fridges sell. Resolves when the signal has ended all of it. */
export async function runDistrict(
  platform: Platform,
  metro: Metro,
  counts: Counts,
  signal: AbortSignal,
): Promise<void> {
  const { credentials, url } = platform;
  const kitchens = withRole(credentials, 'kitchen', metro.id).map((who) => clientOf(url, who));
  const customers = withRole(credentials, 'customer', metro.id);
  const fridges = credentials
    .filter((each) => each.kind === 'fridge' && each.metro === metro.id)
    .flatMap((each) => fridgeOf(platform, metro, each));
  const prices = new Map<string, number>();
  const trouble = () => {
    counts.trouble += 1;
  };
  for (const fridge of fridges) fridge.reconnect();
  const cook = () => deliverLot(kitchens, fridges, prices, counts);
  const eat = () => sellOne(fridges, customers, prices, counts);
  await Promise.all([
    repeat(2_500, signal, cook, trouble),
    repeat(400, signal, eat, trouble),
    repeat(60_000, signal, () => sendNonsense(kitchens, counts), trouble),
    ...fridges.map((fridge) =>
      repeat(30_000, signal, () => void fridge.heartbeat(3 + Math.random()), trouble),
    ),
  ]);
  for (const fridge of fridges) fridge.disconnect();
}

function fridgeOf({ mqttUrl, env }: Platform, { id: metro, currency }: Metro, who: DemoCredential): Fridge[] {
  if (!('client_id' in who) || who.ids.fridge_id === undefined) return [];
  const { client_id: clientId, client_secret: clientSecret } = who;
  const fridgeId = who.ids.fridge_id;
  const journal = `${env.SIMULATION_DIR ?? '.dabba/simulation'}/${fridgeId}.journal`;
  return [new Fridge({ url: mqttUrl, clientId, clientSecret, metro, fridgeId, currency, journal })];
}

/** A kitchen finishes a lot; a courier puts it into the fridge that has most room. */
async function deliverLot(
  kitchens: readonly Client[],
  fridges: readonly Fridge[],
  prices: Map<string, number>,
  counts: Counts,
) {
  const kitchen = pick(kitchens);
  const dish = pick(menu);
  const fridge = [...fridges].sort((a, b) => a.inside.size - b.inside.size)[0];
  if (!kitchen || !dish || !fridge || fridge.inside.size >= shelf) return;
  const { status, body } = await kitchen.post<{ meals: string[] }>(
    '/api/v1/lots',
    lotOf(dish, kitchen, dish.keeps),
  );
  if (status !== 201) throw new Error(`a lot was answered with ${status}`);
  counts.produced += body.meals.length;
  for (const meal of body.meals) prices.set(meal, dish.price);
  fridge.stock(body.meals);
  await fridge.drained();
  counts.stocked += body.meals.length;
}

/** A customer walks to a fridge and takes what there is. */
async function sellOne(
  fridges: readonly Fridge[],
  customers: readonly DemoCredential[],
  prices: Map<string, number>,
  counts: Counts,
) {
  const fridge = pick(fridges);
  const customer = pick(customers)?.ids.customer_id;
  if (!fridge || customer === undefined) return;
  const meal = pick([...fridge.inside]);
  if (meal === undefined || fridge.locked) {
    counts.refused += 1;
    return;
  }
  fridge.sell(meal, customer, prices.get(meal) ?? 900);
  prices.delete(meal);
  await fridge.drained();
  counts.sold += 1;
}

/** Somebody types a lot that expired before it was cooked. */
async function sendNonsense(kitchens: readonly Client[], counts: Counts) {
  const kitchen = pick(kitchens);
  const [dish] = menu;
  if (!kitchen) return;
  const { status } = await kitchen.post('/api/v1/lots', lotOf(dish, kitchen, -1));
  if (status === 422) counts.refused += 1;
}

/** @param hours it may be sold for; below zero for one that expired before it was made */
function lotOf(dish: Dish, kitchen: Client, hours: number) {
  const made = Date.now() - 10 * 60_000;
  return {
    sku: dish.sku,
    kitchen_id: kitchen.credential.ids.kitchen_id,
    quantity: 4,
    produced_at: new Date(made).toISOString(),
    expires_at: new Date(made + hours * hour).toISOString(),
    allergens: dish.allergens,
    may_contain: dish.mayContain,
  };
}
