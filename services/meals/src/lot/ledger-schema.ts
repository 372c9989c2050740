import { Type } from 'typebox';

const Count = Type.Integer({ minimum: 0 });

/** Every meal is in exactly one of them. */
const counts = {
  at_kitchen: Count,
  in_transit: Count,
  on_shelf: Count,
  reserved: Count,
  sold: Count,
  refunded: Count,
  expired: Count,
  spoiled: Count,
  withdrawn: Count,
  returned: Count,
  unexplained: Count,
};
export const LedgerCounts = Type.Object(counts);
export const LedgerView = Type.Object({
  produced: Type.Integer({ description: 'Sum of all the others' }),
  ...counts,
});
export const Day = Type.String({ format: 'date', description: 'UTC day on which the meals were produced' });
