import { atMost, figure, judged, latencies, type Measured, median } from '@dabba/testing';
import { request } from 'undici';
import type { LoadClient } from '../load/client.ts';
import type { Region } from '../world/region.ts';
import { probe } from './probe.ts';
import { measureRaw } from './raw.ts';

export interface VisibleOptions {
  runs: number;
  seconds: number;
}

interface Run {
  p50: number;
  p99: number;
  /** Events a second that became visible. */
  rate: number;
}

/** Two events each. */
const commands = 100;

/**
 * (c) From the decision in one service until the row is committed in another's database, so the commit itself is
 * counted in; beside it a client that has its 201 in hand and asks the other database until it sees the row.
 */
export async function visibleBench(
  region: Region,
  client: LoadClient,
  { runs, seconds }: VisibleOptions,
): Promise<Measured[]> {
  const load = async (seconds: number) =>
    client.shoot({
      origin: region.meals,
      rate: commands,
      seconds,
      kind: 'lots',
      fridges: [],
      authorization: await region.token(),
    });
  await load(5);
  await seenBy(region.reader);

  const taken = { raw: [] as Run[], ours: [] as Run[], probed: [] as Run[] };
  for (let run = 0; run < runs; run++) {
    taken.raw.push(await measureRaw(commands * 2, seconds));
    const [, probed] = await Promise.all([load(seconds), probe(region, seconds)]);
    const seen = await allSeen(region.reader, commands * 2 * seconds);
    taken.ours.push(runOf(seen, seconds));
    taken.probed.push(runOf(probed, seconds));
  }

  const of = (runs: readonly Run[], key: keyof Run) => median(runs.map((one) => one[key]));
  const rate = of(taken.ours, 'rate');
  const against = (key: 'p50' | 'p99') => of(taken.ours, key) / of(taken.raw, key);
  return [
    figure('raw produce, consume, insert: p50', of(taken.raw, 'p50'), 'ms'),
    figure('raw produce, consume, insert: p99', of(taken.raw, 'p99'), 'ms'),
    judged(figure('events that became visible', rate, 'events/s'), '>= 200', rate >= commands * 2),
    atMost(figure('decided → visible elsewhere: p50', of(taken.ours, 'p50'), 'ms', against('p50')), 10),
    atMost(figure('decided → visible elsewhere: p99', of(taken.ours, 'p99'), 'ms', against('p99')), 50),
    figure('201 in hand → seen by polling: p50', of(taken.probed, 'p50'), 'ms'),
    figure('201 in hand → seen by polling: p99', of(taken.probed, 'p99'), 'ms'),
  ];
}

function runOf(milliseconds: readonly number[], seconds: number): Run {
  const all = latencies();
  for (const each of milliseconds) all.record(each);
  return { p50: all.p(50), p99: all.p(99), rate: all.count() / seconds };
}

async function allSeen(reader: string, wanted: number): Promise<number[]> {
  const seen: number[] = [];
  for (const end = Date.now() + 10_000; seen.length < wanted && Date.now() < end; )
    seen.push(...(await seenBy(reader)));
  return seen;
}

async function seenBy(reader: string): Promise<number[]> {
  const { body } = await request(`${reader}/latencies`);
  const seen = await body.json();
  if (!Array.isArray(seen)) throw new Error('the reader gave no list');
  return seen.map(Number);
}
