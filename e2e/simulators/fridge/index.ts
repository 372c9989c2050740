export type { Served } from './alone.ts';
export type { Command, Fact, FactBody, Hands } from './fact.ts';
export { Fridge, type FridgeOptions } from './fridge.ts';
