import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Resolve } from './address.ts';
import { senderTo } from './send.ts';
import { signedHeaders } from './signature.ts';
import { answer, type Receiver, startReceiver } from './spec/receiver.ts';

let receiver: Receiver;
beforeEach(async () => {
  receiver = await startReceiver();
});
afterEach(() => receiver.close());

const headers = signedHeaders('evt_1', '{}', ['whsec_AAAA'], 0);
const never = new AbortController().signal;
/** A name that a client registered, and that leads to this machine. */
const inwards: Resolve = (_name, _options, done) => done(null, [{ address: '127.0.0.1', family: 4 }]);
const namedUrl = () => `http://hooks.example:${new URL(receiver.url).port}/`;

it('connects to no address inside, whatever name it hides behind', async () => {
  const { send, close } = senderTo({ network: 'public', timeout: 1_000 }, inwards);
  const url = namedUrl().replace('http:', 'https:');
  await expect(send(url, headers, '{}', never)).rejects.toThrow(
    'hooks.example has no address of the internet',
  );
  await expect(send(receiver.url, headers, '{}', never)).rejects.toThrow('Only https');
  expect(receiver.deliveries).toEqual([]);
  await close();
});

it('does so where that is allowed, follows no redirect, and reads no answer without an end', async () => {
  const { send, close } = senderTo({ network: 'any', timeout: 1_000 }, inwards);
  await send(namedUrl(), headers, '{}', never);
  receiver.behave(answer(307, { location: `${receiver.url}/elsewhere` }));
  await expect(send(namedUrl(), headers, '{}', never)).rejects.toThrow('It answered 307');
  receiver.behave((response) => void response.writeHead(200).write('x'.repeat(1_000_000)));
  await send(namedUrl(), headers, '{}', never);
  receiver.behave((response) => void response.writeHead(200, { padding: 'x'.repeat(20_000) }).end());
  await expect(send(namedUrl(), headers, '{}', never)).rejects.toThrow();
  expect(receiver.deliveries.map(({ path }) => path)).toEqual(['/', '/', '/', '/']);
  await close();
});
