import { Pool } from 'undici';
import { type Loop, openLoop } from '../load/open-loop.ts';
import { documents } from './documents.ts';

/** What the parent asks for: documents a second, and looks at what was handed in before, by turns of all clients. */
export interface Shot {
  origin: string;
  /** `Bearer …` of each client. */
  clients?: readonly string[];
  posts: number;
  looks: number;
  seconds: number;
}

export interface Shots {
  posts: Loop;
  looks: Loop | undefined;
}

interface Known {
  id: string;
  client: number;
}

/** Receipts to look at where they were handed in; a client sees its own only. */
const most = 50_000;
const known = new Map<string, Known[]>();
const pools = new Map<string, Pool>();
const document = await documents();
let clients: readonly string[] = [];
let handed = 0;

process.on('message', (shot: Shot) => {
  void shoot(shot).then((loops) => process.send?.(loops));
});
process.on('disconnect', () => process.exit(0));
process.send?.('ready');

async function shoot({ origin, posts, looks, seconds, ...shot }: Shot): Promise<Shots> {
  clients = shot.clients ?? clients;
  const pool = pools.get(origin) ?? new Pool(origin, { connections: 256 });
  pools.set(origin, pool);
  const [posted, looked] = await Promise.all([
    openLoop(posts, seconds, () => hand(pool, knownAt(origin))),
    looks > 0 ? openLoop(looks, seconds, () => look(pool, knownAt(origin))) : undefined,
  ]);
  return { posts: posted, looks: looked };
}

function knownAt(origin: string): Known[] {
  const found = known.get(origin) ?? [];
  known.set(origin, found);
  return found;
}

async function hand(pool: Pool, handedIn: Known[]): Promise<string> {
  const n = handed++;
  const client = n % clients.length;
  const { media, body } = document(n);
  const answer = await pool.request({
    method: 'POST',
    path: '/api/v1/receipts',
    headers: { authorization: clients[client] ?? '', 'content-type': media },
    body,
  });
  const text = await answer.body.text();
  if (answer.statusCode === 202) remember(handedIn, { id: JSON.parse(text).id, client });
  return String(answer.statusCode);
}

function remember(handedIn: Known[], one: Known): void {
  if (handedIn.length < most) handedIn.push(one);
  else handedIn[Math.floor(Math.random() * most)] = one;
}

async function look(pool: Pool, handedIn: readonly Known[]): Promise<string> {
  const found = handedIn[Math.floor(Math.random() * handedIn.length)];
  if (!found) return 'nothing to look at';
  const answer = await pool.request({
    method: 'GET',
    path: `/api/v1/receipts/${found.id}`,
    headers: { authorization: clients[found.client] ?? '' },
  });
  await answer.body.dump();
  return String(answer.statusCode);
}
