import type { Instant, Metro } from '@dabba/contracts';
import { ConfigError } from '@dabba/service-kit';

type Version = NonNullable<Metro['prices']>[number];
export type Priced = Pick<Metro, 'currency' | 'markdown' | 'prices'>;

/** Where a metro says nothing. Minor units. */
const usual: Pick<Version, 'skus' | 'otherwise'> = {
  skus: { 'dal-makhani': 850, 'paneer-tikka': 950, 'veg-biryani': 900 },
  otherwise: 850,
};

export interface PriceList {
  markdown: Metro['markdown'];
  /** Before any markdown. Minor units. */
  full(sku: string): number;
}

/** What was valid at that instant: the latest version begun by then; before all of them, the first. */
export function priceListAt({ prices = [], markdown }: Priced, at: Instant): PriceList {
  const valid = prices.findLast(({ from }) => Date.parse(from) <= at) ?? prices[0];
  const { skus, otherwise } = valid ?? usual;
  return {
    markdown: valid?.markdown ?? markdown,
    full: (sku) => (Object.hasOwn(skus, sku) ? (skus[sku] ?? otherwise) : otherwise),
  };
}

/** A list that is out of order or no price would answer wrongly for ever. Throws ConfigError. */
export function checkPriceLists(metros: readonly Pick<Metro, 'id' | 'prices'>[]): void {
  for (const { id, prices = [] } of metros) {
    let before = -Infinity;
    for (const { from, skus, otherwise } of prices) {
      const begins = Date.parse(from);
      if (!(begins > before)) throw wrong(id, `its versions begin one after another, and ${from} does not`);
      before = begins;
      const bad = [otherwise, ...Object.values(skus)].find((price) => !isPrice(price));
      if (bad !== undefined) throw wrong(id, `${bad} is no whole number of minor units`);
    }
  }
}

function isPrice(price: unknown): boolean {
  return Number.isSafeInteger(price) && Number(price) >= 0;
}

function wrong(metro: string, why: string): ConfigError {
  return new ConfigError(`meals cannot start: prices of ${metro}: ${why}.`);
}
