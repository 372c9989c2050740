import { createRequire } from 'node:module';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import './kafkajs.ts';

beforeEach(() => void vi.useFakeTimers({ now: 1_000_000 }));
afterEach(() => void vi.useRealTimers());

const RequestQueue = createRequire(import.meta.url)('kafkajs/src/network/requestQueue/index.js');

function opened(maxInFlightRequests: number) {
  const logger = { namespace: () => logger, debug() {}, warn() {} };
  const queue = new RequestQueue({
    ...{ maxInFlightRequests, requestTimeout: 30_000, enforceRequestTimeout: false },
    ...{ clientId: 'test', broker: 'localhost:9092', logger, isConnected: () => true },
  });
  const sent: number[] = [];
  return {
    queue,
    sent,
    ask: (correlationId: number) =>
      queue.push({
        entry: { correlationId, resolve() {}, reject() {} },
        expectResponse: true,
        sendRequest: () => sent.push(correlationId),
      }),
    answer: (correlationId: number) => queue.fulfillRequest({ correlationId, payload: null, size: 0 }),
  };
}

it('waits for nothing where nothing is pending', () => {
  const { ask, answer, sent } = opened(2);
  ask(1);
  answer(1);
  expect([sent, vi.getTimerCount()]).toEqual([[1], 0]);
});

it('sends what is pending with the next answer, in order, and then waits no more', () => {
  const { ask, answer, sent } = opened(1);
  for (const id of [1, 2, 3]) ask(id);
  expect(sent).toEqual([1]);
  answer(1);
  answer(2);
  expect(sent).toEqual([1, 2, 3]);
  answer(3);
  vi.advanceTimersByTime(100);
  expect(vi.getTimerCount()).toBe(0);
});

it('sends once the pause is over that the broker asked for, though it ends at this very moment', () => {
  const { queue, ask, sent } = opened(5);
  queue.maybeThrottle(250);
  ask(1);
  vi.advanceTimersByTime(249);
  expect(sent).toEqual([]);
  vi.advanceTimersByTime(2);
  expect(sent).toEqual([1]);
  queue.maybeThrottle(1);
  ask(2);
  vi.advanceTimersByTime(10);
  expect([sent, vi.getTimerCount()]).toEqual([[1, 2], 0]);
});
