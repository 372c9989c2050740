import type { Instant } from '@dabba/contracts';
import { type ColdChain, type ColdEvent, chill, untouched } from '../../fridge/cold-chain.ts';
import { type ColdRules, coldRulesOf } from '../../fridge/cold-rules.ts';
import { decideReading, decideService } from '../../fridge/reading.ts';
import { readAt, type Sensor } from '../../fridge/sensor.ts';

/** What a fridge keeps of its temperature: what the cloud keeps, folded by the same code. */
export interface Warmth {
  cold: ColdChain;
  sensor: Sensor;
}

export type Felt =
  | { felt: 'temperature'; celsius: number; at: Instant }
  | { felt: 'filled'; at: Instant }
  /** Staff found it fit to sell again. */
  | { felt: 'cleared'; at: Instant };

export const unread: Warmth = { cold: untouched, sensor: { readAt: null, gaps: [] } };

/** The rules of a fridge that was told none yet. */
export const usualColdRules: ColdRules = coldRulesOf({});

/** One more thing its thermometer or its door said. */
export function feel({ cold, sensor }: Warmth, fridgeId: string, felt: Felt, rules: ColdRules): Warmth {
  const { at } = felt;
  switch (felt.felt) {
    case 'temperature': {
      const { celsius } = felt;
      // It was read after that, and warm, or it would be cold by now: the clock was set back, and warmth is not over by that.
      const isUnproven = cold.warm !== null && celsius <= rules.limit && at < (sensor.readAt ?? 0);
      const events = isUnproven ? [] : decideReading(cold, { fridgeId, celsius, at }, rules);
      return { cold: events.reduce(chill, cold), sensor: readAt(sensor, at) };
    }
    case 'filled':
      return { cold: decideService(cold, fridgeId, at, rules).reduce(chill, cold), sensor };
    case 'cleared': {
      const cleared: ColdEvent = {
        type: 'FridgeCleared',
        data: { fridgeId, sessionId: null, clearedAt: at },
      };
      return { cold: chill(cold, cleared), sensor };
    }
    default:
      return felt satisfies never;
  }
}
