import type { StoreDeps } from '@dabba/service-kit';
import { lastPosition, touchedAfter } from './changes.ts';
import type { Screen } from './screen.ts';

/** Milliseconds between looks at the log: one statement for all screens of this replica, none while there are no screens. */
const every = 100;

export interface Feed {
  /** @returns how to let it go */
  join(screen: Screen): () => void;
}

/** Wakes the screens of kitchens in which something was committed, by whichever replica. */
export function openFeed({ pool, log }: Pick<StoreDeps, 'pool' | 'log'>): Feed {
  const screens = new Set<Screen>();
  let position: number | undefined;
  let timer: NodeJS.Timeout | undefined;

  async function look(): Promise<void> {
    try {
      // Committed before the first look: each screen looks itself then.
      const first = position === undefined;
      position ??= await lastPosition(pool);
      const touched = await touchedAfter(pool, position);
      position = touched.position;
      for (const screen of screens) screen.wake(first || touched.outlets.has(screen.outletId));
    } catch (error) {
      log.warn({ err: error }, 'The log of the kitchen could not be looked at');
    }
    timer = screens.size > 0 ? setTimeout(() => void look(), every) : undefined;
  }

  return {
    join(screen) {
      screens.add(screen);
      if (timer === undefined) {
        position = undefined;
        timer = setTimeout(() => void look(), 0);
      }
      screen.wake(true);
      return () => screens.delete(screen);
    },
  };
}
