import type { Item } from '../item/item.ts';
import type { OutOfStockRow } from '../read-models/out-of-stock.ts';

/** What is out at each outlet, in the memory of this replica. */
export class SoldOut {
  #rows = new Map<string, OutOfStockRow>();

  /** Whether an outlet cannot make it: something of its recipe is out there. */
  isOut(outletId: string, { recipe }: Pick<NonNullable<Item>, 'recipe'>): boolean {
    return recipe.some(({ stockItemId }) => this.#rows.has(`${outletId} ${stockItemId}`));
  }

  /** @param rows everything that is out now @returns vendors of whom something else is out than before */
  replace(rows: readonly OutOfStockRow[]): ReadonlySet<string> {
    const [before, after] = [this.#rows, new Map(rows.map((row) => [nameOf(row), row]))];
    this.#rows = after;
    const changed = [
      ...[...before.values()].filter((row) => !after.has(nameOf(row))),
      ...rows.filter((row) => !before.has(nameOf(row))),
    ];
    return new Set(changed.map(({ vendor_id }) => vendor_id));
  }
}

function nameOf({ outlet_id, stock_item_id }: OutOfStockRow): string {
  return `${outlet_id} ${stock_item_id}`;
}
