import { setFlagsFromString } from 'node:v8';

/** Has V8 suit a server that does a few things very often, next to others on the same processors (docs/performance.md). */
export function tuneEngine(): void {
  // The old generation may double before it is gone through. V8 takes a tenth for enough where little of what a process
  // makes grows old, and then stops a busy one for tens of milliseconds every few seconds.
  setFlagsFromString('--heap-growing-percent=100');
  // What is done once an order is compiled after hundreds of them, not thousands: bytes of bytecode run until V8 looks, 67,584 by default.
  setFlagsFromString('--interrupt-budget=16000');
}
