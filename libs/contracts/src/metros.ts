import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';

export interface Metro {
  id: string;
  name: string;
  /** IANA time zone. */
  zone: string;
  /** ISO 4217. */
  currency: string;
  /** Partitions it owns in every topic; grows at the end only (CORRECTNESS K8). */
  partitions: readonly number[];
  /** Each night, local wall time `HH:MM`: meals do not move then (S0-NFR-02). Left out: they always may. */
  maintenance?: { from: string; to: string };
  /** What its food law says otherwise than the default does. */
  coldChain?: {
    /** Celsius; air above it is too warm. */
    limit?: number;
    /** Minutes above the limit, without having recovered, after which food is spoiled. */
    warm?: number;
    /** Minutes within the limit after which earlier warm time no longer counts. */
    recovery?: number;
    /** Minutes from the beginning of a restock in which warm air is tolerated. */
    grace?: number;
    /** Minutes without a temperature after which a sensor is silent. */
    silence?: number;
  };
  /** Price cut near expiry: percent off in the last hours. Left out: none. */
  markdown?: { percent: number; hours: number };
  /** Full prices from an instant on (ISO 8601), in minor units; kept for ever, newest last. Left out: the usual ones. A list without a markdown has the metro's. */
  prices?: readonly {
    from: string;
    skus: Readonly<Record<string, number>>;
    otherwise: number;
    markdown?: { percent: number; hours: number };
  }[];
  /** What a fridge may sell by itself while it reaches nobody, where it is otherwise than the default. Amounts in minor units. */
  offline?: {
    /** Hours a policy may be used. */
    maxAge?: number;
    /** For one customer at one fridge within a day. */
    perCustomer?: { amount?: number; meals?: number };
    /** For one fridge within an hour. */
    perFridgeHour?: { amount?: number; meals?: number };
  };
  /** What receipts of meals sold here say: the seller's registered id, and the tax within prices, as `8.625`. */
  receipts?: { seller: string; taxPercent: string };
}

export interface Region {
  region: string;
  metros: readonly Metro[];
}

/** Reads `deploy/regions/<DABBA_REGION or local>.yaml`, or the file DABBA_REGION_FILE names. */
export function loadRegion(env: NodeJS.ProcessEnv = process.env): Region {
  const byName = new URL(`../../../deploy/regions/${env.DABBA_REGION ?? 'local'}.yaml`, import.meta.url);
  const region: Region = parse(readFileSync(env.DABBA_REGION_FILE ?? byName, 'utf8'));
  const taken = region.metros.flatMap((metro) => metro.partitions);
  if (new Set(taken).size !== taken.length)
    throw new Error(`Region ${region.region}: two metros own one partition`);
  return region;
}

export function metroOf(region: Region, id: string): Metro {
  const metro = region.metros.find((candidate) => candidate.id === id);
  if (!metro) throw new Error(`Region ${region.region} does not serve the metro ${id}`);
  return metro;
}

/** Partitions every topic of the region needs. */
export function partitionCount(region: Region): number {
  return 1 + Math.max(...region.metros.flatMap((metro) => metro.partitions));
}

/** The partition a new stream gets, by hash within its metro's list. Chosen once, then kept with the stream (K8). */
export function partitionFor(metro: Metro, streamId: string): number {
  const hash = createHash('md5').update(streamId).digest().readUInt32BE(0);
  const partition = metro.partitions[hash % metro.partitions.length];
  if (partition === undefined) throw new Error(`Metro ${metro.id} owns no partition`);
  return partition;
}
