import { describe, expect, it } from 'vitest';
import { cells, faults, steps } from './cells.ts';
import { type Seen, unlawful } from './outcome.ts';

const lawful = {
  order: 'COMPLETED',
  reason: null,
  reserved: 0,
  onHand: 3,
  net: 5.85,
  ticket: 'HANDED_OVER',
  subsidyUsed: 5,
  answered: null,
};
const seen: Seen = { ...lawful, netAtProvider: 5.85, charges: 1, orders: 1 };

describe('an outcome', () => {
  it('is lawful where all of it is as declared', () => {
    expect(unlawful(seen, [lawful])).toEqual([]);
    expect(unlawful(seen, [{ ...lawful, order: 'CANCELLED' }, lawful])).toEqual([]);
  });
  it('is named by what differs from the closest lawful one', () => {
    expect(unlawful({ ...seen, reserved: 2 }, [lawful])).toEqual(['reserved is 2, not 0']);
    expect(unlawful({ ...seen, net: 0 }, [lawful])).toHaveLength(2);
    expect(unlawful({ ...seen, netAtProvider: 0 }, [lawful])).toEqual(['the provider holds 0, not 5.85']);
    expect(unlawful({ ...seen, charges: 2 }, [lawful])).toEqual(['charged 2 times']);
    expect(unlawful({ ...seen, orders: 2 }, [lawful])).toEqual(['2 orders, not one']);
  });
  it('is unlawful where nothing was read or nothing is declared', () => {
    expect(unlawful(undefined, [lawful])).toHaveLength(1);
    expect(unlawful(seen, [])).toHaveLength(1);
  });
});

describe('the matrix', () => {
  const of = (step: string, fault: string) =>
    cells.filter((cell) => cell.step === step && cell.fault === fault);
  it('says of every step and fault how it has to end, or why it cannot be', () => {
    for (const step of steps)
      for (const fault of faults) expect(of(step, fault), `${step}, ${fault}`).not.toEqual([]);
  });
  it('has no more orders than there are customers in a metro', () => {
    expect(cells.filter(({ act }) => act).length).toBeLessThanOrEqual(40);
  });
  it('X-01 ends each order completed and paid, or cancelled with nothing kept of anybody', () => {
    for (const { lawful: ends = [], step, fault } of cells)
      for (const { order, net, reserved, subsidyUsed } of ends) {
        expect(['COMPLETED', 'CANCELLED'], `${step}, ${fault}`).toContain(order);
        expect({ net, subsidyUsed, reserved }).toEqual(
          order === 'COMPLETED'
            ? { net: 5.85, subsidyUsed: 5, reserved: 0 }
            : { net: 0, subsidyUsed: 0, reserved: 0 },
        );
      }
  });
  it('has a reason for what is cancelled, and none for what is completed', () => {
    for (const { lawful: ends = [] } of cells)
      for (const { order, reason } of ends) expect(reason === null).toBe(order === 'COMPLETED');
  });
});
