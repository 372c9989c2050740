export * from './chain.ts';
export * from './codec.ts';
export * from './event.ts';
export type * from './generated/events.ts';
export * from './ids.ts';
export * from './metros.ts';
export * from './money.ts';
export * from './present.ts';
export * from './topics.ts';
