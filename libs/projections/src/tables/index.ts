export { createIn, createTables } from './create.ts';
export { readShape, type Shape } from './shape.ts';
export { addRows, counterColumns, deleteRows, selectRows, upsertRows } from './statements.ts';
