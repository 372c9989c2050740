export type { Fact, FactBody, Hands } from './fact.ts';
export { Fridge, type FridgeOptions } from './fridge.ts';
