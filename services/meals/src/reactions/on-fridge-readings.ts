import { metroOf, type Region } from '@dabba/contracts';
import type { Reaction } from '@dabba/projections';
import { coldRulesOf } from '../fridge/cold-rules.ts';
import { fridgeRef } from '../fridge/fridge.ts';
import { withLock } from '../fridge/lock.ts';
import { decideReading, decideService } from '../fridge/reading.ts';
import { checkCapacity } from '../tasks/check-capacity.ts';
import { spoilInside } from '../tasks/spoil-inside.ts';

/** Milliseconds a restock surely takes no longer than, where nobody says when its door is shut. */
const restock = 10 * 60_000;

/** What thermometers say becomes turns and locks of fridges; most readings become nothing. */
export const onFridgeReadings = (region: Region): Reaction => ({
  name: 'meals-on-fridge-readings',
  topics: ['fridge-facts'],
  on: {
    FridgeHeartbeat({ data: { device: fridgeId, temperatureCelsius: celsius, observedAt: at }, meta }) {
      if (celsius === null) return undefined;
      const rules = coldRulesOf(metroOf(region, meta.metro));
      const fridge = fridgeRef(fridgeId, meta.metro);
      return {
        streams: [fridge],
        decide(unit) {
          const events = decideReading(unit.load(fridge).state.cold, { fridgeId, celsius, at }, rules);
          unit.append(fridge, withLock(events));
          for (const { type, data } of events)
            if (type === 'FridgeLocked')
              unit.enqueue(spoilInside({ fridgeId, metro: meta.metro, lockedAt: data.lockedAt }));
          return undefined;
        },
      };
    },
    FridgeMealStocked({ data: { device: fridgeId, observedAt: at }, meta }) {
      const rules = coldRulesOf(metroOf(region, meta.metro));
      const fridge = fridgeRef(fridgeId, meta.metro);
      return {
        streams: [fridge],
        decide(unit, { now }) {
          const began = decideService(unit.load(fridge).state.cold, fridgeId, at, rules);
          unit.append(fridge, began);
          if (began.length > 0)
            unit.enqueue(checkCapacity({ fridgeId, metro: meta.metro, added: [], at }, now + restock));
          return undefined;
        },
      };
    },
  },
});
