import { setTimeout as pause } from 'node:timers/promises';
import type { Metro } from '@dabba/contracts';

/** `HH:MM` on the walls of a metro. */
export type Hour = `${number}:${number}`;

const minutesADay = 1440;
/** In the easternmost metro when the city wakes up. */
const wakes = 4.5 * 60;

/** A metro's walls: days that are `dayMinutes` long, hours apart from the others as their time zones are. */
export interface MetroClock {
  /** Days since the city woke up, from 0. */
  day(): number;
  /** What the walls show. */
  label(): string;
  /** Milliseconds of ours for so many of its hours. */
  hours(count: number): number;
  /** Our instant at which the walls of that day show the hour. */
  instant(day: number, hour: Hour): number;
  /** @throws AbortError */
  until(day: number, hour: Hour, signal: AbortSignal): Promise<void>;
  /** The walls do not pass the hour before the work is done: a slow machine has longer days, not hungry ones. */
  hold(day: number, hour: Hour, work: () => Promise<void>): Promise<void>;
}

/**
 * A clock for each metro, all started now.
 * @param dayMinutes minutes of ours a day takes
 */
export function startClocks(
  metros: readonly Metro[],
  dayMinutes: number,
  now: () => number = Date.now,
): Map<string, MetroClock> {
  const began = now();
  const offsets = metros.map(({ zone }) => offsetOf(zone, began));
  const east = Math.max(...offsets);
  const perMinute = (dayMinutes * 60_000) / minutesADay;
  return new Map(
    metros.map(({ id }, index) => [
      id,
      clockFrom(wakes + (offsets[index] ?? east) - east, perMinute, began, now),
    ]),
  );
}

function clockFrom(first: number, perMinute: number, began: number, now: () => number): MetroClock {
  let stood = 0;
  let held = Infinity;
  const running = () => first + (now() - began - stood) / perMinute;
  const life = () => Math.min(held, running());
  const instant = (day: number, hour: Hour) =>
    began + stood + (day * minutesADay + minutesOf(hour) - first) * perMinute;
  return {
    day: () => Math.floor(life() / minutesADay),
    label() {
      const minute = Math.floor(life()) % minutesADay;
      return `${two(Math.floor(minute / 60))}:${two(minute % 60)}`;
    },
    hours: (count) => count * 60 * perMinute,
    instant,
    async until(day, hour, signal) {
      signal.throwIfAborted();
      const wait = instant(day, hour) - now();
      if (wait > 0) await pause(wait, undefined, { signal });
    },
    async hold(day, hour, work) {
      held = day * minutesADay + minutesOf(hour);
      try {
        await work();
      } finally {
        stood += Math.max(0, running() - held) * perMinute;
        held = Infinity;
      }
    },
  };
}

function minutesOf(hour: Hour): number {
  const [hours, minutes] = hour.split(':').map(Number);
  return (hours ?? 0) * 60 + (minutes ?? 0);
}

/** Minutes a zone is ahead of UTC at an instant. */
function offsetOf(zone: string, at: number): number {
  const name = new Intl.DateTimeFormat('en-US', { timeZone: zone, timeZoneName: 'longOffset' })
    .formatToParts(at)
    .find(({ type }) => type === 'timeZoneName')?.value;
  const [, sign = '+', hours = '0', minutes = '0'] = /GMT([+-])(\d+):(\d+)/.exec(name ?? '') ?? [];
  return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes));
}

function two(value: number): string {
  return String(value).padStart(2, '0');
}
