export * from './call-as.ts';
export * from './database.ts';
export * from './durability.ts';
export * from './latencies.ts';
export * from './measured.ts';
export * from './order-placed.ts';
export * from './tokens.ts';
export * from './until.ts';
