import type { Measured } from '@dabba/testing';
import { bench as append } from '../../libs/event-store/src/append.bench.ts';
import { bench as rebuild } from '../../libs/projections/src/rebuild.bench.ts';
import { bench as puback } from '../../services/edge-bridge/src/puback.bench.ts';
import { doorBench } from './door/bench.ts';
import { fleetBench } from './fleet/bench.ts';
import { httpBench } from './http/bench.ts';
import { type LoadClient, startLoadClient } from './load/client.ts';
import { orderBench } from './ordering/bench.ts';
import { type OrderLoad, startOrderLoad } from './ordering/load.ts';
import { menuBench } from './ordering/menus.ts';
import { type OrderingWorld, openOrderingWorld } from './ordering/world.ts';
import { type Part, receiptBench } from './receipts/bench.ts';
import { startReceiptLoad } from './receipts/load.ts';
import { openReceiptWorld } from './receipts/world.ts';
import { visibleBench } from './visible/bench.ts';
import { type Beside, openRegion, type Region } from './world/region.ts';

export interface Bench {
  letter: string;
  title: string;
  measure(runs: number, at: Place): Promise<Measured[]>;
}

export interface Place {
  dir: string;
  /** Of a long run, where there is one. */
  minutes: number;
  /** Of each run of (h), and of (i) up to 30, at a fixed rate; which parts of (h). */
  seconds: number;
  parts: readonly Part[];
  /** Of receipts in (h): one for all, or one for its doors and one for its work. */
  processes: 1 | 2;
  onProgress(line: string): void;
}

/** One after another: each has the machine to itself. */
export const benches: readonly Bench[] = [
  {
    letter: 'a',
    title: 'Append to existing streams',
    measure: (rounds) => append({ rounds }),
  },
  {
    letter: 'b',
    title: 'A command over HTTP',
    measure: (runs, at) =>
      withRegion(['gateway', 'bare'], at, (region, client) =>
        httpBench(region, client, { runs, seconds: 10 }),
      ),
  },
  {
    letter: 'c',
    title: "Visible in another service's read model",
    measure: (runs, at) =>
      withRegion(['reader'], at, (region, client) => visibleBench(region, client, { runs, seconds: 20 })),
  },
  { letter: 'd', title: 'Rebuild of a read model', measure: (rounds) => rebuild({ rounds }) },
  { letter: 'e', title: 'MQTT publish to PUBACK', measure: (rounds) => puback({ rounds }) },
  {
    letter: 'f',
    title: 'A region of fridges',
    measure: (runs, at) =>
      withRegion(['edge-bridge'], at, (region) =>
        fleetBench(region, { runs, minutes: at.minutes, dir: at.dir }),
      ),
  },
  {
    letter: 'g',
    title: 'A door that is asked for',
    measure: (runs, at) =>
      withRegion(['gateway', 'edge-bridge'], at, (region) => doorBench(region, { runs, dir: at.dir })),
  },
  { letter: 'h', title: 'Receipts', measure: receipts },
  {
    letter: 'i',
    title: 'An order',
    measure: (runs, at) =>
      withShops(at, (world, load) => orderBench(world, load, { runs, seconds: Math.min(30, at.seconds) })),
  },
  {
    letter: 'j',
    title: 'A menu',
    measure: (runs, at) => withShops(at, (world, load) => menuBench(world, load, { runs, seconds: 4 })),
  },
];

async function withShops(
  { dir, onProgress }: Place,
  measure: (world: OrderingWorld, load: OrderLoad) => Promise<Measured[]>,
): Promise<Measured[]> {
  const world = await openOrderingWorld(dir, onProgress);
  const load = await startOrderLoad(world);
  try {
    return await measure(world, load);
  } finally {
    load.close();
    await world.close();
  }
}

async function receipts(
  runs: number,
  { dir, seconds, parts, processes, onProgress }: Place,
): Promise<Measured[]> {
  const world = await openReceiptWorld(dir, processes, onProgress);
  const load = await startReceiptLoad();
  try {
    return await receiptBench(world, load, { runs, seconds, parts });
  } finally {
    load.close();
    await world.close();
  }
}

async function withRegion(
  beside: readonly Beside[],
  { dir, onProgress }: Place,
  measure: (region: Region, client: LoadClient) => Promise<Measured[]>,
): Promise<Measured[]> {
  const region = await openRegion(beside, dir, onProgress);
  const client = await startLoadClient();
  try {
    return await measure(region, client);
  } finally {
    client.close();
    await region.close();
  }
}
