import { connect, createServer, type Socket } from 'node:net';

/** A TCP proxy before Postgres that can cut connections at the worst moment. */
export interface WireProxy {
  /** The database's address through the proxy. */
  url: string;
  /**
   * `answer`: the next answer is swallowed and its connection cut, so that what was asked did happen;
   * `question`: the next question is swallowed and its connection cut, so that it did not.
   */
  cut(next: 'answer' | 'question'): void;
  close(): Promise<void>;
}

export async function proxyTo(databaseUrl: string): Promise<WireProxy> {
  const target = new URL(databaseUrl);
  const sockets = new Set<Socket>();
  let next: 'answer' | 'question' | undefined;
  const server = createServer((near) => {
    const far = connect(Number(target.port), target.hostname);
    const pass = (from: Socket, to: Socket, kind: 'answer' | 'question') => {
      sockets.add(from);
      from.on('data', (data) => {
        if (next !== kind) return void to.write(data);
        next = undefined;
        near.destroy();
        // The question is on its way; only nobody hears the answer.
        far.end();
      });
      from.on('close', () => {
        sockets.delete(from);
        to.end();
      });
      from.on('error', () => to.destroy());
    };
    pass(near, far, 'question');
    pass(far, near, 'answer');
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const url = new URL(databaseUrl);
  url.host = `127.0.0.1:${address.port}`;
  return {
    url: url.href,
    cut(kind) {
      next = kind;
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((done) => server.close(done));
    },
  };
}
