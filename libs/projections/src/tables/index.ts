export { createIn, createTables } from './create.ts';
export type { Shape } from './shape.ts';
export { addRows, counterColumns, deleteRows, readRows, selectRows, upsertRows } from './statements.ts';
