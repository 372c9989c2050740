import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Fact } from '../../simulators/fridge/index.ts';

export type SeenFact = Fact & { device: string };

export interface Journals {
  /** Every fact a fridge saw, by `device/boot/seq`, in the order it saw them. */
  facts: ReadonlyMap<string, SeenFact>;
  /** Names of those that were acknowledged: the bridge has promised them. */
  acknowledged: ReadonlySet<string>;
}

type Line = { fact: Fact } | { acknowledged: { boot: number; seq: number } } | { boot: number };

/** Reads what the fridges wrote down: one file each, append-only. */
export function readJournals(folder: string): Journals {
  const facts = new Map<string, SeenFact>();
  const acknowledged = new Set<string>();
  for (const file of readdirSync(folder)) {
    const device = file.replace(/\.jsonl$/, '');
    for (const text of readFileSync(join(folder, file), 'utf8').split('\n')) {
      if (text === '') continue;
      const line: Line = JSON.parse(text);
      if ('fact' in line) facts.set(nameOf(device, line.fact), { ...line.fact, device });
      else if ('acknowledged' in line) acknowledged.add(nameOf(device, line.acknowledged));
    }
  }
  return { facts, acknowledged };
}

function nameOf(device: string, { boot, seq }: { boot: number; seq: number }): string {
  return `${device}/${boot}/${seq}`;
}
