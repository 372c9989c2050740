import { figure, judged, type Measured } from '@dabba/testing';
import type { ReceiptFilter } from '../../read-models/receipt-list.ts';
import type { Archive } from '../read/archive.ts';
import { listBoth } from '../read/both.ts';

/** A client that sells much and one that sells little, as `days.sql` draws them; the latter might be in any file, so all are opened. */
const busy = 'client_00000';
const rare = 'client_06000';

const year = 365.25 * 86_400_000;

/** What people ask, over an archive of so many years that ended now. */
export function questions(now: number, years: number): [string, ReceiptFilter][] {
  const ago = (n: number) => new Date(now - n * year);
  const all = { from: ago(years + 1), to: new Date(now) };
  const month = { from: ago(years / 2), to: new Date(ago(years / 2).getTime() + year / 12) };
  const day = { from: ago(years / 2), to: new Date(ago(years / 2).getTime() + 86_400_000) };
  return [
    ['a client, a month half way back', { ...month, client: busy, limit: 1_000 }],
    ['a client, all years, 10,000', { ...all, client: busy, limit: 10_000 }],
    ['a client of few receipts, all years, all of them', { ...all, client: rare, limit: 10_000 }],
    ['all clients, a day, 10,000', { ...day, limit: 10_000 }],
    ['all clients, what was rejected in all years, 10,000', { ...all, status: 'REJECTED', limit: 10_000 }],
  ];
}

export type Lister = Parameters<typeof listBoth>[0] & { archive: Pick<Archive, 'list'> };

/** Milliseconds, and rows. */
export async function timed(lister: Lister, filter: ReceiptFilter): Promise<[number, number]> {
  const began = performance.now();
  const rows = await listBoth(lister, filter);
  return [performance.now() - began, rows.length];
}

const times = 5;

/** Median and longest of some runs, each under so many seconds. @param run milliseconds, and rows */
export async function asked(
  name: string,
  seconds: number,
  run: () => Promise<[number, number]>,
): Promise<Measured[]> {
  const runs: [number, number][] = [];
  for (let n = 0; n < times; n += 1) runs.push(await run());
  const sorted = runs.map(([ms]) => ms).sort((a, b) => a - b);
  const median = sorted[Math.floor(times / 2)] ?? Number.NaN;
  const longest = sorted.at(-1) ?? Number.NaN;
  const target = `< ${seconds} s`;
  return [
    judged(figure(`${name} (${runs[0]?.[1]} rows)`, median, 'ms'), target, median < seconds * 1000),
    judged(figure('… its longest', longest, 'ms'), target, longest < seconds * 1000),
  ];
}
