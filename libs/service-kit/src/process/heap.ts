import { setFlagsFromString } from 'node:v8';

/**
 * Lets the old generation double before it is gone through. V8 takes a tenth for enough where little of what a process
 * makes grows old, and then stops a busy one for tens of milliseconds every few seconds (docs/performance.md).
 */
export function letHeapGrow(): void {
  setFlagsFromString('--heap-growing-percent=100');
}
