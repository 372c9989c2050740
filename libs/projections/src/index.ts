export type { Consumer } from './consume/consumer.ts';
export type { Log, ProjectionDeps } from './consume/deps.ts';
export { defineReadModel } from './define.ts';
export { migrateProjections } from './postgres/migrate.ts';
export { startReaction } from './reaction.ts';
export { startReadModel } from './read-model.ts';
export { createTables } from './tables/index.ts';
export * from './types.ts';
