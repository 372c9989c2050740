import { setMaxListeners } from 'node:events';
import { loadRegion } from '@dabba/contracts';
import type { Platform } from '../platform/platform.ts';
import { type Counts, runDistrict } from './district.ts';

export interface City {
  counts: Counts;
  stop(): Promise<void>;
}

/** Every metro of the region at work against a running platform, through its public doors. */
export function startCity(platform: Platform): City {
  const counts: Counts = { produced: 0, stocked: 0, sold: 0, refused: 0, trouble: 0 };
  const stopping = new AbortController();
  setMaxListeners(0, stopping.signal);
  const districts = loadRegion().metros.map((metro) => runDistrict(platform, metro, counts, stopping.signal));
  return {
    counts,
    async stop() {
      stopping.abort();
      await Promise.race([
        Promise.all(districts),
        new Promise((resolve) => setTimeout(resolve, 2_000).unref()),
      ]);
    },
  };
}
