import { createServer, type Server } from 'node:http';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { asker } from './ask.ts';

let server: Server;
let url: URL;
let signIns: (() => void)[];
let asked: (string | undefined)[];
let clock: number;

beforeEach(async () => {
  signIns = [];
  asked = [];
  clock = 0;
  server = createServer((request, response) => {
    response.setHeader('content-type', 'application/json');
    if (request.method === 'POST') {
      const access_token = `token-${signIns.length + 1}`;
      signIns.push(() => response.end(JSON.stringify({ access_token, expires_in: 300 })));
      return;
    }
    asked.push(request.headers.authorization);
    response.end('{"told":true}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  url = new URL(`http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`);
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

const ask = () => asker({ identity: url, clientId: 'svc', clientSecret: 'secret' }, () => clock);
const signedIn = (times: number) => vi.waitFor(() => expect(signIns).toHaveLength(times));

test('Signs in before anybody asks, once for all who do', async () => {
  const asking = ask();
  await signedIn(1);
  const answers = Promise.all([asking(url, 5_000), asking(url, 5_000)]);
  signIns[0]?.();
  expect(await answers).toEqual([{ told: true }, { told: true }]);
  expect(asked).toEqual(['Bearer token-1', 'Bearer token-1']);
  expect(signIns).toHaveLength(1);
});

test('Nobody waits for the next token while the last one is good', async () => {
  const asking = ask();
  await signedIn(1);
  signIns[0]?.();
  await asking(url, 5_000);
  clock = 200_000;
  expect(await asking(url, 5_000)).toEqual({ told: true });
  expect(asked.at(-1)).toBe('Bearer token-1');
  await signedIn(2);
  signIns[1]?.();
  await vi.waitFor(async () => {
    await asking(url, 5_000);
    expect(asked.at(-1)).toBe('Bearer token-2');
  });
});

test('Who asks waits no longer than they said, however long identity takes', async () => {
  expect(await ask()(url, 20)).toBeUndefined();
  expect(asked).toEqual([]);
});
