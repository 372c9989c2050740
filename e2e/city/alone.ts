import type { Client } from '../platform/client.ts';
import type { Today } from './district.ts';
import type { Shop } from './shop.ts';

/** A fridge without its network lets a customer in by itself, by the policy it has: how many meals went, or why none did. */
export function serveAlone(
  { tally }: Today,
  who: Client,
  shop: Shop,
  wants: number,
): Promise<number | string> {
  return shop.atDoor(
    '1',
    () => ({}),
    async () => {
      const wanted = shop.left.slice(0, wants);
      const served = await shop.fridge.serve(await who.token(), wanted);
      if (served.open) {
        shop.soldAlone.push(...wanted);
        return wanted.length;
      }
      const reason = wanted.length === 0 ? 'sold-out' : `alone: ${served.because}`;
      tally.refuse(reason);
      return reason;
    },
  );
}
