import { decider } from '@dabba/testing/decider';
import { describe, expect, it } from 'vitest';
import { decideTax } from './decide.ts';
import { rateAt, type TaxEvent, taxStream } from './tax.ts';

const tax = decider(taxStream, decideTax);
const now = Date.UTC(2026, 10, 20);
const jurisdiction = 'us-ca-sf';
const set = (ratePpm: number, validFrom: number) =>
  ({ do: 'set-rate', jurisdiction, ratePpm, validFrom, now }) as const;
const rate = (version: number, ratePpm: number, validFrom: number): TaxEvent => ({
  type: 'TaxRateSet',
  data: { jurisdiction, version, ratePpm, validFrom, setAt: now },
});

describe('a tax rate', () => {
  it('holds from an instant on; the first from whenever it did, others never backwards', () => {
    tax
      .given([])
      .when(set(85_000, 0))
      .then([rate(1, 85_000, 0)]);
    tax
      .given([rate(1, 85_000, 0)])
      .when(set(86_250, now + 1))
      .then([rate(2, 86_250, now + 1)]);
    tax
      .given([rate(1, 85_000, 0)])
      .when(set(86_250, now - 1))
      .thenRefused('rate-in-the-past');
    tax
      .given([rate(1, 85_000, 0)])
      .when(set(85_000, 0))
      .thenNothing();
  });
  it('is the latest that has begun, and of those that begin together the last one set', () => {
    const { state } = tax.given([rate(1, 1, 0), rate(2, 2, 100), rate(3, 3, 50), rate(4, 4, 100)]);
    const at = (instant: number) => rateAt(state, instant)?.ratePpm;
    expect([-1, 0, 49, 50, 99, 100, 101].map(at)).toEqual([undefined, 1, 1, 3, 3, 4, 4]);
  });
});
