import { rmSync } from 'node:fs';
import { atMost, figure, type Measured, median } from '@dabba/testing';
import { highestRate } from '../http/highest-rate.ts';
import type { Region } from '../world/region.ts';
import { openFleet } from './fleet.ts';
import { type Lag, sellAtRate } from './lunch.ts';

export interface FleetOptions {
  runs: number;
  /** Of each run at the fixed rate. */
  minutes: number;
  dir: string;
}

const fridges = 300;
/** S0-NFR-04: sales a minute of the region, and milliseconds from a sale until it is in the list. */
const perMinute = 100;
const most = 3_000;
/** Seconds of each try for the highest rate. */
const each = 10;

/**
 * (f) A region of fridges that sell: from the moment a fridge sees a meal go until the sale is in the list that anybody
 * may read; by MQTT, bridge, Kafka, reaction, store, relay, Kafka and fold.
 */
export async function fleetBench(region: Region, { runs, minutes, dir }: FleetOptions): Promise<Measured[]> {
  const journals = `${dir}/journals`;
  const fleet = await openFleet(region, fridges, journals);
  try {
    await sellAtRate(region, fleet, perMinute / 60, 5);
    const taken: Lag[] = [];
    for (let run = 0; run < runs; run++)
      taken.push(await sellAtRate(region, fleet, perMinute / 60, minutes * 60));
    const highest = await highestRate(20, async (rate) => {
      const lag = await sellAtRate(region, fleet, rate, each);
      return lag.lost === 0 && lag.p99 < most;
    });
    const lost = taken.reduce((sum, lag) => sum + lag.lost, 0);
    const of = (key: 'p50' | 'p99' | 'max') => median(taken.map((lag) => lag[key]));
    const at = `${fridges} fridges, ${perMinute} sales a minute for ${minutes} min`;
    return [
      figure(`${at}: sale → list, p50`, of('p50'), 'ms'),
      atMost(figure(`${at}: sale → list, p99`, of('p99'), 'ms'), most),
      atMost(figure(`${at}: sale → list, longest`, of('max'), 'ms'), most),
      { ...figure(`${at}: not seen within 10 s`, lost, 'sales'), target: 'none', pass: lost === 0 },
      figure(`${fridges} fridges: highest rate with p99 < 3 s`, highest, 'sales/s'),
    ];
  } finally {
    for (const fridge of fleet) fridge.disconnect();
    rmSync(journals, { recursive: true, force: true });
  }
}
