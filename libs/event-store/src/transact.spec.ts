import { loadRegion } from '@dabba/contracts';
import { expect, test } from 'vitest';
import { KeyedQueue } from './keyed-queue.ts';
import type { StoredKey } from './load/loader.ts';
import { RecentStreams } from './load/recent.ts';
import { refuse } from './refusal.ts';
import { type Transactor, transact } from './transact.ts';
import type { CommandContext } from './types.ts';

const idempotency = { principal: 'usr_1', route: 'POST /sales', key: 'k', bodyHash: 'hash' };
const context: CommandContext = { actor: 'usr_1', now: 1, idempotency };
const soldOut = refuse(409, 'sold-out', 'Nothing is left on the shelf');
const kept = (hash = 'hash'): StoredKey => ({
  ...idempotency,
  hash,
  answer: { status: 201, body: { id: 1 } },
});

/** @param answers what is kept under the key, look by look */
function storeWith(...answers: (StoredKey | undefined)[]): Transactor {
  return {
    region: loadRegion({}),
    recent: new RecentStreams(),
    loader: {
      load: async () => ({ row: undefined, events: undefined }),
      answerTo: async () => answers.shift(),
    },
    append: () => expect.unreachable('nothing is to be appended'),
    streams: new KeyedQueue(),
    twins: new KeyedQueue(),
    cameBefore: new Map(),
    retries: 3,
  };
}
const sell = (on: Transactor) => transact(on, [], () => soldOut, context, {});

test('E7 a retry is not refused for what its own first try did in another process meanwhile', async () => {
  expect(await sell(storeWith(kept()))).toMatchObject({
    refused: false,
    replayed: true,
    answer: { status: 201, body: { id: 1 } },
  });
  expect(await sell(storeWith(kept('other')))).toMatchObject({ code: 'idempotency-key-reused' });
});

test('E7 nor fails for it', async () => {
  const failing = (on: Transactor) =>
    transact(on, [], () => expect.unreachable('What was there is gone'), context, {});
  expect(await failing(storeWith(kept()))).toMatchObject({ replayed: true, answer: { status: 201 } });
  await expect(failing(storeWith(undefined))).rejects.toThrow('What was there is gone');
});

test('E7 a refusal stays one where nothing was kept under its key', async () => {
  expect(await sell(storeWith(undefined))).toEqual(soldOut);
});
