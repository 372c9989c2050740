import { setMaxListeners } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { loadRegion } from '@dabba/contracts';
import type { JSONWebKeySet } from 'jose';
import { type Chance, chanceFrom } from './chance.ts';
import { startClocks } from './clock.ts';
import { type District, type Place, settle } from './district.ts';
import { playDay } from './script.ts';
import { Tally } from './tally.ts';

export interface CityOptions {
  /** Minutes a day of the city takes. */
  dayMinutes: number;
  /** The same seed, the same day, so far as people decide it. */
  seed: string;
  /** After so many days it stands still; for ever where left out. */
  days?: number;
}

export interface City {
  tally: Tally;
  /** What the walls show: `nyc 12:04`. */
  time(): string;
  /** Resolves when its days are over. */
  ended: Promise<void>;
  stop(): Promise<void>;
}

/** CITY_DAY_MINUTES (6) and CITY_SEED (1). */
export function cityOptions(env: NodeJS.ProcessEnv): CityOptions {
  const dayMinutes = Number(env.CITY_DAY_MINUTES ?? 6);
  if (!(dayMinutes >= 0.5)) throw new Error('CITY_DAY_MINUTES must be a number, at least 0.5');
  return { dayMinutes, seed: env.CITY_SEED ?? '1' };
}

/** Every metro of the region plays its days against a running platform, through its public doors. */
export async function startCity(
  place: Place,
  { dayMinutes, seed, days = Infinity }: CityOptions,
): Promise<City> {
  // Put into a fridge when it is set up, so that it knows its policies from anybody else's.
  const keys: JSONWebKeySet = JSON.parse(await (await fetch(`${place.url}/api/v1/offline/keys`)).text());
  const { metros } = loadRegion();
  const tally = new Tally();
  const stopping = new AbortController();
  const { signal } = stopping;
  setMaxListeners(0, signal);
  const clocks = startClocks(metros, dayMinutes);
  const districts = metros.flatMap((metro) => {
    const clock = clocks.get(metro.id);
    const volume = Math.min(3, dayMinutes / 6);
    return clock ? [settle(place, metro, keys, { clock, tally, signal, volume })] : [];
  });
  const ended = Promise.all(districts.map((district) => live(district, chanceFrom(seed), days))).then(
    () => {},
  );
  return {
    tally,
    time: () => districts.map(({ metro, clock }) => `${metro.id} ${clock.label()}`).join('  '),
    ended,
    async stop() {
      stopping.abort();
      await Promise.race([ended, pause(2_000, undefined, { ref: false })]);
      for (const { fridge } of districts.flatMap(({ shops, cellars }) => [...shops, ...cellars]))
        fridge.disconnect();
    },
  };
}

async function live(district: District, seed: Chance, days: number): Promise<void> {
  const { clock, metro, signal } = district;
  const over = new AbortController();
  const thermometers = measure(district, seed, AbortSignal.any([signal, over.signal]));
  for (let day = clock.day(); day < days && !signal.aborted; day++)
    await playDay(district, day, { ...district, day, chance: seed.of(`${metro.id}/${day}`), lots: [] });
  over.abort();
  await thermometers;
}

/** Fridges on the street say every twenty seconds how cold they are, heard or not. */
async function measure({ shops, metro }: District, seed: Chance, signal: AbortSignal): Promise<void> {
  const chance = seed.of(`${metro.id}/thermometers`);
  while (!signal.aborted) {
    await pause(20_000, undefined, { signal }).catch(() => {});
    if (!signal.aborted) for (const { fridge } of shops) fridge.heartbeat(3 + chance.next());
  }
}
