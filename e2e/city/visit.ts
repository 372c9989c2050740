import { setTimeout as pause } from 'node:timers/promises';
import type { Client } from '../platform/client.ts';
import { serveAlone } from './alone.ts';
import type { Today } from './district.ts';
import { countEnds } from './ends.ts';
import { throughDoor } from './session.ts';
import { type Door, doors, type Shop } from './shop.ts';
import { care } from './tend.ts';

/** Milliseconds a door stands open at most. */
const longest = 300;
/** What the platform says before it opens a door, and a visitor who finds the shelf empty behind one. */
export const soldOut = 'sold-out';
/** Refusals after which a courier has to come. */
const calls = new Set(['fridge-locked', 'fridge-unsafe', 'sensor-silent']);

/** One customer at one door: how many meals went, or why none did. */
export async function visit(today: Today, who: Client, shop: Shop, wants: number): Promise<number | string> {
  const { tally, chance } = today;
  // Who sees no light on the fridge holds the phone to it; some ask for the door as always, and are told.
  if (!shop.fridge.connected && wants > 0 && chance.happens(0.8)) return serveAlone(today, who, shop, wants);
  const door: Door = chance.happens(0.3) ? doors[1] : doors[0];
  const linger = chance.next() * longest;
  let found = 0;
  let taken: string[] = [];
  const outcome = await shop.atDoor(
    door,
    async () => {
      found = shop.left.length;
      taken = shop.pick(wants);
      await pause(linger);
      return { taken };
    },
    () => throughDoor(today, who, shop, door),
  );
  if ('refused' in outcome) {
    tally.refuse(outcome.refused);
    // The door may have opened after all, too late for an answer.
    await countEnds(today, taken);
    if (calls.has(outcome.refused)) {
      const courier = chance.pick(today.couriers);
      if (courier) void care(today, courier, shop);
    }
    return outcome.refused;
  }
  tally.add('sold', outcome.sold.length);
  // Taken and not to be sold, as a meal that was recalled while the door stood open.
  tally.add('unexplained', taken.length - outcome.sold.length);
  if (wants > 0 && found === 0) {
    tally.refuse(soldOut);
    return soldOut;
  }
  return outcome.sold.length;
}

/** Most take one, some two, and some only look. */
export function appetite({ chance }: Today): number {
  const throws = chance.next();
  if (throws < 0.08) return 0;
  return throws < 0.82 ? 1 : 2;
}
