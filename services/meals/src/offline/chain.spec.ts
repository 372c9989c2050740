import { chainSeed, factHash } from '@dabba/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Break, type Chain, type Entry, link, unseen } from './chain.ts';

const minute = 60_000;

/** What a device that keeps its chain would say: so many entries in each of its starts, a minute apart. */
function journal(starts: readonly number[]): Entry[] {
  const entries: Entry[] = [];
  let prev = chainSeed;
  starts.forEach((count, start) => {
    for (let seq = 1; seq <= count; seq++) {
      const known = { boot: start + 1, seq, at: entries.length * minute };
      const hash = factHash({ ...known, prev });
      entries.push({ ...known, hash, prev });
      prev = hash;
    }
  });
  return entries;
}

function fold(entries: readonly Entry[]): { chain: Chain; breaks: Break[] } {
  let chain = unseen;
  const breaks: Break[] = [];
  for (const entry of entries) {
    const linked = link(chain, entry);
    chain = linked.chain;
    breaks.push(...linked.breaks);
  }
  return { chain, breaks };
}
const names = (breaks: readonly Break[]) => breaks.map(({ boot, seq }) => `${boot}/${seq}`).sort();

/** In pieces that come by different ways, so that later ones may overtake. */
const arrival = fc
  .record({
    starts: fc.array(fc.integer({ min: 1, max: 12 }), { minLength: 1, maxLength: 4 }),
    cuts: fc.array(fc.nat({ max: 40 }), { maxLength: 4 }),
    order: fc.array(fc.nat({ max: 9 }), { minLength: 5, maxLength: 5 }),
    altered: fc.nat({ max: 40 }),
  })
  .map(({ starts, cuts, order, altered }) => ({ entries: journal(starts), cuts, order, altered }));

function pieces(entries: readonly Entry[], cuts: readonly number[], order: readonly number[]): Entry[] {
  const edges = [0, ...cuts.filter((cut) => cut < entries.length).sort((a, b) => a - b), entries.length];
  return edges
    .slice(1)
    .map((end, index) => ({ piece: entries.slice(edges[index], end), place: order[index] ?? 0 }))
    .sort((one, other) => one.place - other.place)
    .flatMap(({ piece }) => piece);
}

describe('a chain of hashes', () => {
  it('is whole in an honest journal, whatever comes late, and leaves nothing open', () => {
    fc.assert(
      fc.property(arrival, ({ entries, cuts, order }) => {
        const { chain, breaks } = fold(pieces(entries, cuts, order));
        expect(breaks).toEqual([]);
        expect(chain).toEqual({ tip: entries.at(-1), ends: [], starts: [] });
      }),
      { numRuns: 500 },
    );
  });
  it('breaks once where an entry was changed, after it, in whatever order it is told', () => {
    fc.assert(
      fc.property(arrival, ({ entries, cuts, order, altered }) => {
        const at = altered % entries.length;
        const next = entries[at + 1];
        fc.pre(next !== undefined && next.seq > 1);
        const forged = entries.map((entry, index) => (index === at ? { ...entry, hash: 'forged' } : entry));
        const { breaks } = fold(pieces(forged, cuts, order));
        expect(names(breaks)).toEqual([`${next?.boot}/${next?.seq}`]);
      }),
      { numRuns: 500 },
    );
  });
  it('breaks where an entry was put in or its word of the one before was taken away, and goes on from there', () => {
    const [first, second, third, fourth] = journal([4]);
    if (!first || !second || !third || !fourth) throw new Error('No entries');
    expect(names(fold([first, { ...second, prev: 'x' }, third, fourth]).breaks)).toEqual(['1/2']);
    expect(fold([first, second, { ...third, hash: null, prev: null }, fourth]).breaks).toEqual([
      { boot: 1, seq: 3, expected: second.hash, found: 'none', at: third.at },
    ]);
  });
  it('begins with the seed, and at any time on a device that kept none before', () => {
    const [first, second] = journal([2]);
    if (!first || !second) throw new Error('No entries');
    expect(names(fold([{ ...first, prev: 'else' }]).breaks)).toEqual(['1/1']);
    const plain = { ...first, hash: null, prev: null };
    expect(fold([plain, second]).breaks).toEqual([]);
    expect(fold([plain, { ...plain, seq: 2 }]).breaks).toEqual([]);
    expect(fold([second])).toMatchObject({ breaks: [], chain: { starts: [second] } });
  });
  it('begins with any number of a start, and once: a journal begun anew later is waited for in vain', () => {
    const later = (entries: readonly Entry[], by: number) =>
      entries.map((entry) => ({ ...entry, boot: entry.boot + by }));
    const whole = later(journal([2, 2]), 1_700_000_000);
    expect(fold(whole)).toEqual({ chain: { tip: whole.at(-1), ends: [], starts: [] }, breaks: [] });
    expect(fold([...whole.slice(1), ...whole.slice(0, 1)]).chain).toMatchObject({ ends: [], starts: [] });
    const anew = later(journal([2]), 1_700_000_999);
    expect(fold([...whole, ...anew]).chain.starts).toEqual(anew.slice(0, 1));
  });
  it('waits for what was cut out, for as long as it does not come', () => {
    const whole = journal([3, 5]);
    const waiting = (cut: string) => {
      const { chain, breaks } = fold(whole.filter(({ boot, seq }) => `${boot}/${seq}` !== cut));
      expect(breaks).toEqual([]);
      return chain.starts.map(({ boot, seq }) => `${boot}/${seq}`);
    };
    expect(waiting('1/2')).toEqual(['1/3']);
    expect(waiting('1/3')).toEqual(['2/1']);
    expect(waiting('2/1')).toEqual(['2/2']);
    expect(waiting('2/5')).toEqual([]);
  });
  it('keeps no more than it needs of a journal full of holes', () => {
    const holes = journal([1_000]).filter(({ seq }) => seq % 2 === 0);
    const { chain } = fold(holes);
    expect(chain.ends.length).toBe(50);
    expect(chain.starts.length).toBe(50);
  });
});
