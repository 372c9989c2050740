import { describe, expect, it } from 'vitest';
import { attemptTask } from './attempt.ts';
import { makeBreaker } from './breaker.ts';
import { type Envelope, idempotencyKeyOf, readEnvelope } from './envelope.ts';
import { GiveUp, type TaskHandler } from './types.ts';

const envelope: Envelope = { id: 'a-1', enqueuedAt: 5, failed: 0, maxAttempts: 3, payload: { n: 1 } };
const never = new AbortController().signal;

function handler(run: TaskHandler['run'], parse: TaskHandler['parse'] = (payload) => payload): TaskHandler {
  return { name: 'note', parse, run };
}

describe('attemptTask', () => {
  it('gives the handler its payload, key and age', async () => {
    let seen: unknown;
    const note = handler(async (payload, { idempotencyKey, attempt, enqueuedAt }) => {
      seen = { payload, idempotencyKey, attempt, enqueuedAt };
    });
    expect(await attemptTask(note, envelope, 2, undefined, never)).toEqual({ is: 'done' });
    expect(seen).toEqual({ payload: { n: 1 }, idempotencyKey: 'dabba_a-1', attempt: 2, enqueuedAt: 5 });
  });

  it('does not run a task whose worker died in the last attempt', async () => {
    const bomb = handler(() => Promise.reject(new Error('must not run')));
    expect(await attemptTask(bomb, envelope, 4, undefined, never)).toEqual({
      is: 'hopeless',
      error: new Error('Its worker died during the last attempt'),
    });
  });

  it('S2-CB-01 an answer that makes trying again pointless does not count against the dependency', async () => {
    const breaker = makeBreaker('bank', { failures: 1, successes: 1, timeout: 1_000, reset: 1_000 });
    const declined = handler(() => Promise.reject(new GiveUp('declined')));
    expect(await attemptTask(declined, envelope, 1, breaker, never)).toMatchObject({ is: 'hopeless' });
    expect(breaker.state()).toBe('closed');
    const down = handler(() => Promise.reject(new Error('down')));
    expect(await attemptTask(down, envelope, 1, breaker, never)).toMatchObject({ is: 'failed' });
    expect(await attemptTask(down, envelope, 1, breaker, never)).toEqual({
      is: 'breaker-open',
      reset: 1_000,
    });
  });

  it('lets go of a handler that does not listen when the process stops', async () => {
    const stop = new AbortController();
    const deaf = handler(() => new Promise(() => {}));
    const outcome = attemptTask(deaf, envelope, 1, undefined, stop.signal);
    stop.abort(new Error('stopping'));
    expect(await outcome).toEqual({ is: 'interrupted' });
    expect(await attemptTask(deaf, envelope, 1, undefined, stop.signal)).toEqual({ is: 'interrupted' });
  });
});

describe('readEnvelope', () => {
  it('knows what came through enqueue_tasks', () => {
    expect(readEnvelope({ ...envelope, key: null, error: 'x' })).toEqual(envelope);
    for (const other of [null, 3, [], {}, { ...envelope, id: 7 }])
      expect(readEnvelope(other)).toBeUndefined();
  });

  it('makes a key no longer than 255 characters', () => {
    expect(idempotencyKeyOf({ ...envelope, id: crypto.randomUUID() }).length).toBeLessThanOrEqual(255);
  });
});
