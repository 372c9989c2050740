import type { Instant } from '@dabba/contracts';
import { type Refusal, refuse } from '@dabba/event-store';
import { rateAt, type Tax, type TaxEvent } from './tax.ts';

export interface SetRate {
  do: 'set-rate';
  jurisdiction: string;
  ratePpm: number;
  validFrom: Instant;
  now: Instant;
}

/** A rate is never changed backwards: what was priced by it stays right. The first one may begin whenever it did. */
export function decideTax(tax: Tax, command: SetRate): readonly TaxEvent[] | Refusal {
  const { jurisdiction, ratePpm, validFrom, now } = command;
  const holds = rateAt(tax, validFrom);
  if (holds?.validFrom === validFrom && holds.ratePpm === ratePpm) return [];
  if (tax.rates.length > 0 && validFrom < now)
    return refuse(422, 'rate-in-the-past', 'Orders have been priced since then', { pointer: '/valid_from' });
  const version = tax.rates.length + 1;
  return [{ type: 'TaxRateSet', data: { jurisdiction, version, ratePpm, validFrom, setAt: now } }];
}
