import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { IncomingRecord } from '../types.ts';
import type { Follower } from './lane.ts';
import { SharedPartition, slowLimit } from './shared-partition.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

interface Fake extends Follower {
  position: number;
  needs: number | undefined;
  holds: boolean;
}

function follower(position: number): Fake {
  const fake: Fake = {
    ...{ position, needs: position, holds: true, live: true, known: Promise.resolve(), wake() {} },
    leaveBehind() {
      fake.holds = false;
    },
    close: async () => {},
  };
  return fake;
}

function partitionOf(...fakes: readonly Fake[]) {
  const place = new SharedPartition('topic', 0);
  for (const fake of fakes)
    place.lanes.set(
      {
        options: { group: '', topics: [], startAt: async () => 0, onBatch: async () => {} },
        stopped: new Map(),
        handling: new Map(),
      },
      fake,
    );
  const to = (fake: Fake, position: number) => {
    fake.position = position;
    fake.needs = position;
    place.moved();
  };
  return { place, to };
}

const records = (count: number, from = 0): IncomingRecord[] =>
  Array.from({ length: count }, (_, index) => ({
    ...{ topic: 'topic', partition: 0, offset: from + index },
    ...{ timestamp: 0, key: null, value: null, headers: {} },
  }));

async function start(place: SharedPartition): Promise<number> {
  const starting = place.start(async () => 77);
  await vi.advanceTimersByTimeAsync(0);
  return starting;
}

async function feed(place: SharedPartition, count: number, from = 0): Promise<void> {
  const fed = place.feed(records(count, from), from + count);
  await vi.advanceTimersByTimeAsync(300);
  await fed;
}

test('reading begins at the hindmost of those who are near each other', async () => {
  expect(await start(partitionOf(follower(9_000), follower(8_000), follower(12)).place)).toBe(8_000);
  expect(await start(partitionOf().place)).toBe(77);
});

test('a full tail waits for the slowest, and has room again when it moves on', async () => {
  const [fast, slow] = [follower(0), follower(0)];
  const { place, to } = partitionOf(fast, slow);
  await start(place);
  await feed(place, 3_000);
  to(fast, 3_000);
  const room = vi.fn();
  void place.room()?.then(room);
  await vi.advanceTimersByTimeAsync(slowLimit / 2);
  expect(room).not.toHaveBeenCalled();
  to(slow, 2_000);
  await vi.advanceTimersByTimeAsync(0);
  expect(room).toHaveBeenCalled();
  expect((await place.begun).low).toBe(2_000);
});

test('others wait for a slow one only so long in all, then it is left behind', async () => {
  const [fast, slow] = [follower(0), follower(0)];
  const { place, to } = partitionOf(fast, slow);
  await start(place);
  await feed(place, 3_000);
  to(fast, 3_000);
  await vi.advanceTimersByTimeAsync(slowLimit * 0.6);
  to(slow, 2_000);
  expect(place.room()).toBeUndefined();
  await feed(place, 3_000, 3_000);
  to(fast, 6_000);
  await vi.advanceTimersByTimeAsync(slowLimit * 0.6);
  expect(slow.holds).toBe(false);
  expect(place.room()).toBeUndefined();
  expect((await place.begun).low).toBe(6_000);
});

test('where all have something to do nobody is left behind, and who fails holds nobody up', async () => {
  const [one, other] = [follower(0), follower(0)];
  const { place } = partitionOf(one, other);
  await start(place);
  await feed(place, 3_000);
  await vi.advanceTimersByTimeAsync(slowLimit * 3);
  expect([one.holds, other.holds]).toEqual([true, true]);
  one.holds = false;
  other.holds = false;
  place.moved();
  expect(place.room()).toBeUndefined();
});
