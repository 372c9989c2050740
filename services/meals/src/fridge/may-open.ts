import type { Instant } from '@dabba/contracts';
import { type Refusal, refuse } from '@dabba/event-store';
import { excursionFrom } from './cold-chain.ts';
import type { ColdRules } from './cold-rules.ts';
import type { Fridge } from './fridge.ts';
import { isSilent, provenSilence, type Sensor } from './sensor.ts';

/** Why no customer may open this fridge now: `fridge-locked` or `sensor-silent`, 409. Undefined: nothing is against it. */
export function mayOpen(
  { cold }: Pick<Fridge, 'cold'>,
  sensor: Sensor,
  rules: ColdRules,
  now: Instant,
): Refusal | undefined {
  if (cold.lock !== null)
    return refuse(409, 'fridge-locked', 'Nothing is sold from this fridge until staff have cleared it', {
      reason: cold.lock.reason,
    });
  const deadline = excursionFrom(cold, rules);
  if (deadline !== undefined && now >= deadline)
    return refuse(409, 'fridge-locked', 'This fridge was too warm for too long', { reason: 'EXCURSION' });
  if (isSilent(sensor, now, rules) || provenSilence(sensor, cold.clearedAt, rules) !== undefined)
    return refuse(409, 'sensor-silent', 'The temperature of this fridge is not known');
  return undefined;
}
