import { closed, Id, typedText } from '@dabba/service-kit';
import { Type } from 'typebox';

export { closed, Id };

/** Shapes that several routes share. */
export const Units = Type.Integer({ minimum: 0, maximum: 1_000_000 });
export const SomeUnits = Type.Integer({ minimum: 1, maximum: 1_000_000 });
export const Reason = typedText(200, { minLength: 1 });
export const OutletParams = Type.Object({ outlet_id: Id }, closed);
export const ItemParams = Type.Object({ outlet_id: Id, stock_item_id: Id }, closed);

export const StockView = Type.Object({
  outlet_id: Id,
  stock_item_id: Id,
  vendor_id: Id,
  on_shelf: Type.Integer({ description: 'Units that lie there: on hand, and taken but not yet used' }),
  on_hand: Type.Integer({ description: 'Available and held' }),
  held: Type.Integer({ description: 'For orders that are not paid' }),
  taken: Type.Integer({ description: 'For paid orders the kitchen has not begun' }),
  available: Type.Integer({ description: 'What another order may have; none while it is out by hand' }),
  threshold: Type.Union([Type.Integer(), Type.Null()]),
  low: Type.Boolean(),
  out: Type.Boolean({ description: '86' }),
  by_hand: Type.Boolean({ description: 'Somebody said that it is out' }),
});
