export { createIn, createTables } from './create.ts';
export type { Shape } from './shape.ts';
export { addRows, counterColumns, deleteRows, selectRows, upsertRows } from './statements.ts';
