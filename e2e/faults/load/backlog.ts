import { behindOn } from '../../platform/behind.ts';
import type { Doors } from '../doors.ts';

/** How far the slowest reader of facts is behind, so far as can be seen while servers are killed. */
export interface Backlog {
  readonly behind: number;
  close(): void;
}

const every = 1_000;

export function watchBacklog({ meals, kafka }: Doors): Backlog {
  let behind = 0;
  let isLooking = false;

  async function look(): Promise<void> {
    behind = (await behindOn(meals, kafka, 'fridge-facts')) ?? 0;
  }

  const timer = setInterval(() => {
    if (isLooking) return;
    isLooking = true;
    // Away: what was seen last counts.
    look()
      .catch(() => {})
      .finally(() => {
        isLooking = false;
      });
  }, every);
  return {
    get behind() {
      return behind;
    },
    close: () => clearInterval(timer),
  };
}
