import { rmSync } from 'node:fs';
import { atMost, figure, type Measured, median } from '@dabba/testing';
import { openFleet } from '../fleet/fleet.ts';
import { stockFleet } from '../fleet/stock.ts';
import type { Region } from '../world/region.ts';
import { type Asked, askAtRate } from './crowd.ts';

export interface DoorOptions {
  runs: number;
  dir: string;
}

/** So many that no door is asked for again before the one who gave up on it has gone. */
const fridges = 100;
const perSecond = 20;
const seconds = 20;
/** S0-INV-06, in milliseconds: at p99, and ever. */
const usual = 3_000;
const most = 5_000;

/**
 * (g) A door that is asked for: from `POST …/sessions?wait=3` at the gateway to the answer, by MQTT to a fridge which takes 50 to
 * 800 ms to unlock, and back; one fridge in twenty never answers. Everybody takes a meal.
 */
export async function doorBench(region: Region, { runs, dir }: DoorOptions): Promise<Measured[]> {
  const journals = `${dir}/doors`;
  const fleet = await openFleet(region, fridges, journals);
  try {
    await stockFleet(region, fleet, perSecond * (seconds * runs + 5));
    await askAtRate(region, fleet, perSecond, 5);
    const taken: Asked[] = [];
    for (let run = 0; run < runs; run++) taken.push(await askAtRate(region, fleet, perSecond, seconds));
    const of = (key: 'p50' | 'p99' | 'max' | 'opened50' | 'opened99') => median(taken.map((run) => run[key]));
    const wrong = taken.reduce((sum, run) => sum + run.wrong, 0);
    const at = `${perSecond} doors/s at ${fridges} fridges`;
    return [
      figure(`${at}: a door that opens, p50`, of('opened50'), 'ms'),
      figure(`${at}: a door that opens, p99`, of('opened99'), 'ms'),
      figure(`${at}: any answer, p50`, of('p50'), 'ms'),
      atMost(figure(`${at}: any answer, p99`, of('p99'), 'ms'), usual),
      atMost(figure(`${at}: any answer, longest`, Math.max(...taken.map(({ max }) => max)), 'ms'), most),
      { ...figure(`${at}: neither opened nor refused`, wrong, 'answers'), target: 'none', pass: wrong === 0 },
    ];
  } finally {
    for (const fridge of fleet) fridge.disconnect();
    rmSync(journals, { recursive: true, force: true });
  }
}
