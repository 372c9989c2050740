import type { Metro } from '@dabba/contracts';
import { expect, it } from 'vitest';
import { chanceFrom } from './chance.ts';
import { startClocks } from './clock.ts';

const metro = (id: string, zone: string): Metro => ({ id, name: id, zone, currency: 'USD', partitions: [] });

it('metros are as many hours apart as their zones are, and days are as long as they are told', () => {
  let now = Date.parse('2026-11-21T10:00:00Z');
  const clocks = startClocks(
    [metro('sfo', 'America/Los_Angeles'), metro('nyc', 'America/New_York')],
    6,
    () => now,
  );
  const walls = () => [...clocks.values()].map((clock) => `${clock.day()} ${clock.label()}`);
  expect(walls()).toEqual(['0 01:30', '0 04:30']);
  now += 15_000;
  expect(walls()).toEqual(['0 02:30', '0 05:30']);
  now += 6 * 60_000;
  expect(walls()).toEqual(['1 02:30', '1 05:30']);
  const nyc = clocks.get('nyc');
  expect(nyc?.hours(1)).toBe(15_000);
  expect(nyc?.instant(1, '06:30')).toBe(now + 15_000);
});

it('the walls wait for a morning that is late', async () => {
  let now = Date.parse('2026-11-21T10:00:00Z');
  const nyc = startClocks([metro('nyc', 'America/New_York')], 6, () => now).get('nyc');
  const began = now;
  await nyc?.hold(0, '07:00', async () => {
    now = began + 100_000;
    expect(nyc.label()).toBe('07:00');
  });
  expect(nyc?.label()).toBe('07:00');
  now += 15_000;
  expect(nyc?.label()).toBe('08:00');
  expect(nyc?.instant(0, '09:00')).toBe(now + 15_000);
  await nyc?.hold(0, '10:00', async () => {});
  expect(nyc?.label()).toBe('08:00');
});

it('a seed throws the same every time, whatever the other dice do', () => {
  const throws = (seed: string, disturbed: boolean) => {
    const chance = chanceFrom(seed);
    if (disturbed) chance.of('others').next();
    const mine = chance.of('mine');
    return Array.from({ length: 5 }, () => mine.next());
  };
  expect(throws('1', true)).toEqual(throws('1', false));
  expect(throws('2', false)).not.toEqual(throws('1', false));
  expect(throws('1', false).every((one) => one >= 0 && one < 1)).toBe(true);
});
