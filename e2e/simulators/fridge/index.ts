export type { Command, Fact, FactBody } from './fact.ts';
export { Fridge, type FridgeOptions } from './fridge.ts';
