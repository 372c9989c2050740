import { constants, getPriority, setPriority } from 'node:os';

/** Steps of `nice`. */
const below = 10;

/** Whoever shares the machine goes first: what this process does need not happen in this very moment. */
export function giveWay(): void {
  setPriority(Math.min(constants.priority.PRIORITY_LOW, getPriority() + below));
}
