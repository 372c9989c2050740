import { randomUUID } from 'node:crypto';
import { appendFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { documents } from '../../bench/receipts/documents.ts';
import { clientOf } from '../../platform/client.ts';
import type { DemoCredential } from '../../platform/credentials.ts';

/** What the parent asks for, first and only. */
export interface TillOrders {
  gateways: readonly string[];
  credentials: readonly DemoCredential[];
  rate: number;
  seconds: number;
  /** Each answer is a line of this file, written before the next document is thought of. */
  promises: string;
}

export interface TillTold {
  handed: number;
  waiting: number;
  broken: readonly string[];
  done: boolean;
}

/** Tills in a process of their own: each document is sent under its key until somebody answers for it. */
const document = await documents();
const broken: string[] = [];
let handed = 0;
let waiting = 0;

process.on('message', (orders: TillOrders) => void work(orders));
process.on('disconnect', () => process.exit(0));
process.send?.('ready');

async function work({ gateways, credentials, rate, seconds, promises }: TillOrders): Promise<void> {
  const doors = gateways.flatMap((url) => credentials.map((credential) => ({ url, credential })));
  const tills = doors.map((door) => ({ ...door, client: clientOf(door.url, door.credential) }));
  const tell = (done: boolean) => process.send?.({ handed, waiting, broken, done } satisfies TillTold);
  const timer = setInterval(() => tell(false), 1_000);
  const begin = performance.now();
  const running: Promise<void>[] = [];
  for (let n = 0; n < rate * seconds; n++) {
    await pause(Math.max(0, begin + (n * 1000) / rate - performance.now()));
    // Whoever waits for an answer hands nothing else in for ever.
    while (waiting > 2_000) await pause(50);
    running.push(hand(n));
  }
  await Promise.all(running);
  clearInterval(timer);
  tell(true);

  async function hand(n: number): Promise<void> {
    waiting += 1;
    const key = randomUUID();
    const { media, body } = document(n);
    // One client a document, by whichever gateway answers.
    const mine = tills.filter(({ credential }) => credential === credentials[n % credentials.length]);
    for (let attempt = 0; ; attempt++) {
      const till = mine[(n + attempt) % mine.length];
      if (!till) throw new Error('Nobody hands anything in');
      const answer = await post(till, key, media, body).catch(() => undefined);
      if (answer && (answer.status === 202 || answer.status === 200)) {
        appendFileSync(promises, `${JSON.stringify({ key, id: answer.id })}\n`);
        handed += 1;
        break;
      }
      if (answer && answer.status < 500 && answer.status !== 429) {
        broken.push(`a legal receipt was refused: ${answer.status} ${answer.text.slice(0, 200)}`);
        break;
      }
      await pause(Math.min(2_000, 100 * 2 ** attempt));
    }
    waiting -= 1;
  }
}

interface Till {
  url: string;
  client: ReturnType<typeof clientOf>;
}

async function post({ url, client }: Till, key: string, media: string, body: string) {
  const response = await fetch(`${url}/api/v1/receipts`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${await client.token()}`,
      'content-type': media,
      'idempotency-key': key,
    },
    body,
    signal: AbortSignal.timeout(10_000),
  });
  const text = await response.text();
  const { id = '' }: { id?: string } = response.ok ? JSON.parse(text) : {};
  return { status: response.status, id, text };
}
