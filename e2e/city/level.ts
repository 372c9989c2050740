import type { District } from './district.ts';

/** Meals a fridge should hold in the morning, in a city whose days take six minutes. */
const usual = 20;
/** In the fridge of the conference: fewer than its guests. */
const atConference = 12;
/** No fridge of the seed has more places. */
const capacity = 40;

export function levelOf({ volume }: Pick<District, 'volume'>, shop: number): number {
  return shop === 0 ? atConference : Math.min(capacity, Math.max(4, Math.round(usual * volume)));
}
