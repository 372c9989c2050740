import { codeOf, command, type Lot, type Today, tell } from './district.ts';
import { type Dish, menu } from './menu.ts';
import { levelsOf } from './par.ts';

/** In a city whose days are very short food keeps longer than a day. Milliseconds. */
const keepsAtLeast = 10 * 60_000;

/** Dawn: each dish of the menu is a lot, one meal larger than the fridges want of it. */
export async function cook(today: Today): Promise<void> {
  const levels = today.shops.flatMap((_, index) => levelsOf(today, index));
  for (const dish of menu) {
    const wanted = levels.filter(({ sku }) => sku === dish.sku).reduce((all, { par }) => all + par, 0);
    await cookLot(today, dish, wanted + 1);
  }
  const meals = today.lots.reduce((total, lot) => total + lot.meals.length, 0);
  tell(today, 'kitchen', `kitchens made ${today.lots.length} lots, ${meals} meals`);
}

async function cookLot(today: Today, dish: (typeof menu)[number], quantity: number): Promise<void> {
  const now = Date.now();
  const lot = await makeLot(today, dish, quantity, {
    producedAt: now,
    expiresAt: Math.max(now + keepsAtLeast, today.clock.instant(today.day, dish.until)),
  });
  if (lot) today.lots.push(lot);
}

/** A lot as its kitchen enters it; undefined where it was refused. */
export async function makeLot(
  today: Today,
  { sku, allergens, mayContain }: Dish,
  quantity: number,
  { producedAt, expiresAt }: { producedAt: number; expiresAt: number },
): Promise<Lot | undefined> {
  const kitchen = today.chance.pick(today.kitchens);
  if (!kitchen) return undefined;
  const { status, body } = await command<{ id: string; meals: string[] }>(today, kitchen, '/api/v1/lots', {
    sku,
    kitchen_id: kitchen.credential.ids.kitchen_id,
    quantity,
    produced_at: new Date(producedAt).toISOString(),
    expires_at: new Date(expiresAt).toISOString(),
    allergens,
    may_contain: mayContain,
  });
  if (status === 201) {
    today.tally.add('produced', body.meals.length);
    return { id: body.id, sku, meals: body.meals, expiresAt };
  }
  if (status === 422) today.tally.refuse(codeOf(body));
  else today.tally.complain(`a lot: ${status} ${codeOf(body)}`);
  return undefined;
}

/** Somebody types a lot of yesterday. */
export async function mistype(today: Today): Promise<void> {
  const now = Date.now();
  await makeLot(today, menu[0], 4, { producedAt: now - 120_000, expiresAt: now - 60_000 });
}
