import { demoCapacity } from '@dabba/meals/demo-capacity';
import { command, type District, type Today } from './district.ts';
import { menu } from './menu.ts';

/** Meals a fridge should hold in the morning, in a city whose days take six minutes. */
const usual = 24;
/** In the fridge of the conference: fewer than its guests. */
const atConference = 12;

export interface Level {
  sku: string;
  par: number;
}

/** How many of each dish a fridge is meant to hold. */
export function levelsOf({ volume }: Pick<District, 'volume'>, shop: number): Level[] {
  const all = shop === 0 ? atConference : Math.min(demoCapacity, Math.max(4, Math.round(usual * volume)));
  return menu.map(({ sku }, dish) => {
    const share = Math.floor(all / menu.length);
    return { sku, par: dish < all % menu.length ? share + 1 : share };
  });
}

/** Operations say so for every fridge. */
export async function setPars(today: Today): Promise<void> {
  for (const [index, shop] of today.shops.entries()) {
    const path = `/api/v1/fridges/${shop.id}/par`;
    const { status } = await command(
      today,
      today.operations,
      path,
      { levels: levelsOf(today, index) },
      'put',
    );
    if (status !== 200) today.tally.complain(`par: ${status}`);
  }
}
