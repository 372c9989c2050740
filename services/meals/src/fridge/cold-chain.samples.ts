import { decider } from '@dabba/testing/decider';
import { coldRulesOf } from './cold-rules.ts';
import { type FridgeEvent, fridgeStream } from './fridge.ts';
import { decideReading, type Reading } from './reading.ts';

/** What the specs of this folder share. Minutes after noon. */
export const minute = 60_000;
export const noon = Date.UTC(2026, 10, 20, 12);
export const rules = coldRulesOf({});
export const at = (minutes: number) => noon + minutes * minute;
export const read = (celsius: number, minutes: number): Reading => ({
  fridgeId: 'f1',
  celsius,
  at: at(minutes),
});
export const registered: FridgeEvent = {
  type: 'FridgeRegistered',
  data: { fridgeId: 'f1', metro: 'sfo', name: 'Lobby', capacity: 40, registeredAt: noon },
};
export const warmed = (minutes: number, carried = 0): FridgeEvent => ({
  type: 'FridgeWarmed',
  data: { fridgeId: 'f1', temperatureCelsius: 7, carriedMillis: carried * minute, since: at(minutes) },
});
export const cooled = (minutes: number): FridgeEvent => ({
  type: 'FridgeCooled',
  data: { fridgeId: 'f1', temperatureCelsius: 3, at: at(minutes) },
});
export const serviced = (minutes: number): FridgeEvent => ({
  type: 'FridgeServiced',
  data: { fridgeId: 'f1', at: at(minutes) },
});
export const locked = (minutes: number): FridgeEvent => ({
  type: 'FridgeLocked',
  data: { fridgeId: 'f1', reason: 'EXCURSION', detail: 'Warm', lockedAt: at(minutes) },
});
export const thermometer = decider(fridgeStream, ({ cold }, reading: Reading) =>
  decideReading(cold, reading, rules),
);
export const types = (outcome: unknown) =>
  Array.isArray(outcome) ? outcome.map(({ type }) => type) : outcome;
