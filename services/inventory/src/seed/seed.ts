import { isRefusal } from '@dabba/event-store';
import type { StoreDeps } from '@dabba/service-kit';
import { decideStock } from '../stock/decide.ts';
import { stockRef } from '../stock/stock.ts';

/** What the recipes of the demo vendor take, at both of its outlets; all else there is not counted. */
const counted = ['batter', 'lassi', 'naan', 'rice-bowl'];

/** Two hundred of each, low below twenty; stock that is counted already stays as it is. */
export async function seedInventory({ store, region, now }: StoreDeps): Promise<void> {
  for (const { id: metro } of region.metros)
    for (const outletId of [`sto_${metro}_dosa`, `trk_${metro}_dosa`])
      for (const stockItemId of counted) {
        const begin = { do: 'begin', vendorId: `vnd_${metro}_dosa`, counted: 200, threshold: 20 } as const;
        const command = { ...begin, outletId, stockItemId, now: now() };
        const outcome = await store.execute(
          stockRef(outletId, stockItemId, metro),
          (stock) => (stock === null ? decideStock(stock, command) : []),
          { actor: 'seed', now: now() },
        );
        if (isRefusal(outcome)) throw new Error(`${stockItemId} at ${outletId}: ${outcome.detail}`);
      }
}
