import type { Client } from '../../platform/client.ts';
import { priced, sell, type Vendor } from '../../saga/market.ts';
import type { Counted } from './read.ts';

/**
 * So many things at each vendor, which orders has heard of.
 * @param counts of each thing, how many are there; undefined: nobody counts
 * @param customers as many as there are things: a cart is of one vendor
 */
export async function stock(
  operations: Client,
  vendors: readonly Vendor[],
  counts: readonly (number | undefined)[],
  customers: readonly Client[],
): Promise<Counted[]> {
  const stalls = await Promise.all(
    vendors.flatMap((vendor) =>
      counts.map(async (counted, index): Promise<Counted> => {
        const name = `${vendor.vendorId.replace('vnd_', '')}${index}`;
        return { ...(await sell(operations, vendor, name, counted)), counted };
      }),
    ),
  );
  await Promise.all(
    stalls.map((stall, index) => {
      const customer = customers[index];
      if (!customer) throw new Error('There are too few customers');
      return priced(customer, stall);
    }),
  );
  return stalls;
}
