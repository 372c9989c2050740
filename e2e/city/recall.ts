import { codeOf, command, type Lot, look, type Today, tell, wait } from './district.ts';
import type { Shop } from './shop.ts';
import { care } from './tend.ts';

interface RecallView {
  state: string;
  counts: { withdrawn: number };
  fridges: { fridge_id: string; meals: number }[];
  customers: unknown[];
}

/** Operations take back a lot that lies in most fridges; couriers fetch it, and until then those fridges stay shut. */
export async function recall(today: Today): Promise<void> {
  const { operations, tally } = today;
  // Lunch is over: every fridge has its network, and has told what it sold.
  await wait(today, 'every fridge is in reach', async () => today.shops.every(inReach));
  const lot = mostSpread(today);
  if (!lot) return;
  const path = `/api/v1/lots/${lot.id}/recall`;
  const began = performance.now();
  const { status, body } = await command(today, operations, path, { reason: 'Glass in the rice' });
  if (status !== 201) return tally.complain(`recall: ${status} ${codeOf(body)}`);
  const done = await wait(today, `the recall of ${lot.id} is done`, async () => {
    const view = await look<RecallView>(today, operations, path);
    return view.state === 'DONE' && view;
  });
  const seconds = ((performance.now() - began) / 1000).toFixed(1);
  const { counts, fridges, customers } = done;
  tell(
    today,
    'recall',
    `${lot.sku} recalled: ${counts.withdrawn} meals withdrawn in ${seconds} s, ${fridges.length} fridges shut, ${customers.length} customers have one`,
  );
  await fetchAll(
    today,
    fridges.map(({ fridge_id }) => fridge_id),
  );
  const after = await wait(today, `no fridge holds ${lot.id}`, async () => {
    const view = await look<RecallView>(today, operations, path);
    return view.fridges.length === 0 && view;
  });
  // Fewer than before where somebody had the door open at that moment and took one along.
  tally.add('recalled', after.counts.withdrawn);
  tell(today, 'recall', `${lot.sku} is out of every fridge`);
}

function inReach({ fridge }: Shop): boolean {
  return fridge.connected && fridge.pending === 0;
}

async function fetchAll(today: Today, ids: readonly string[]): Promise<void> {
  const holding = today.shops.filter(({ id }) => ids.includes(id));
  await Promise.all(
    holding.map((shop, index) =>
      care(today, today.couriers[index % today.couriers.length] ?? today.operations, shop),
    ),
  );
}

function mostSpread({ lots, shops }: Today): Lot | undefined {
  const inside = (lot: Lot) =>
    shops.filter((shop) =>
      [...shop.portions.values()].some(
        ({ lotId, mealId }) => lotId === lot.id && shop.fridge.inside.has(mealId),
      ),
    ).length;
  return [...lots].sort((a, b) => inside(b) - inside(a)).find((lot) => inside(lot) > 0);
}
