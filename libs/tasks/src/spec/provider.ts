import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** An unlocking, as the provider knows it. */
export interface Unlocking {
  id: string;
  reference: string;
  status: 'pending' | 'done';
}

export interface Provider {
  url: string;
  /** What was really done, in order. */
  unlockings: Unlocking[];
  /** Number of POSTs, repeated ones included. */
  calls: number;
  /** Answers to POST wait until `release`. */
  hold(): { release(): void };
  /** As after a day. */
  forgetKeys(): void;
  stop(): Promise<void>;
}

/**
 * A provider over HTTP that opens fridges, with Stripe's habits: `POST /unlockings` with an Idempotency-Key makes one object per
 * key for as long as it remembers the key; `GET /unlockings/:id` and `GET /unlockings?reference=` read.
 */
export async function startProvider(): Promise<Provider> {
  const keys = new Map<string, Unlocking>();
  let gate: Promise<void> = Promise.resolve();
  const server = createServer(async (request, response) => {
    const answer = (status: number, body: unknown): void => {
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    };
    const url = new URL(request.url ?? '/', 'http://provider');
    if (request.method === 'GET') {
      const reference = url.searchParams.get('reference');
      if (reference !== null) {
        answer(
          200,
          provider.unlockings.filter((unlocking) => unlocking.reference === reference),
        );
        return;
      }
      const found = provider.unlockings.find(({ id }) => url.pathname === `/unlockings/${id}`);
      answer(found ? 200 : 404, found ?? null);
      return;
    }
    provider.calls += 1;
    const key = String(request.headers['idempotency-key']);
    const { reference } = JSON.parse(Buffer.concat(await request.toArray()).toString());
    let unlocking = keys.get(key);
    if (!unlocking) {
      unlocking = { id: `ul_${provider.unlockings.length + 1}`, reference, status: 'done' };
      keys.set(key, unlocking);
      provider.unlockings.push(unlocking);
    }
    await gate;
    answer(200, unlocking);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));

  const provider: Provider = {
    url: `http://127.0.0.1:${portOf(server.address())}`,
    unlockings: [],
    calls: 0,
    hold() {
      let release = (): void => {};
      gate = new Promise((resolve) => {
        release = resolve;
      });
      return { release };
    },
    forgetKeys: () => keys.clear(),
    stop: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
  return provider;
}

function portOf(address: AddressInfo | string | null): number {
  if (address === null || typeof address === 'string') throw new Error('The provider has no port');
  return address.port;
}
