import type { Knex } from 'knex';

interface CartNote {
  cart_item_id: string;
  customer_id: string;
  special_requests: string;
}

export async function keepCartNote(db: Knex, note: CartNote): Promise<void> {
  await db<CartNote>('cart_notes').insert(note);
}

/** @returns item of a cart → what is wished of it */
export async function cartNotesOf(
  db: Knex,
  cartItemIds: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  if (cartItemIds.length === 0) return new Map();
  const rows = await db<CartNote>('cart_notes')
    .whereIn('cart_item_id', [...cartItemIds])
    .select('*');
  return new Map(rows.map(({ cart_item_id, special_requests }) => [cart_item_id, special_requests]));
}

export async function dropCartNotes(db: Knex, cartItemIds: readonly string[]): Promise<void> {
  if (cartItemIds.length > 0)
    await db<CartNote>('cart_notes')
      .whereIn('cart_item_id', [...cartItemIds])
      .delete();
}
