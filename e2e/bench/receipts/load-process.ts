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

/** Receipts known to look at; a client sees its own only. */
const most = 50_000;
const known: { id: string; client: number }[] = [];
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
    openLoop(posts, seconds, () => hand(pool)),
    looks > 0 ? openLoop(looks, seconds, () => look(pool)) : undefined,
  ]);
  return { posts: posted, looks: looked };
}

async function hand(pool: Pool): Promise<string> {
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
  if (answer.statusCode === 202) remember(JSON.parse(text).id, client);
  return String(answer.statusCode);
}

function remember(id: string, client: number): void {
  if (known.length < most) known.push({ id, client });
  else known[Math.floor(Math.random() * most)] = { id, client };
}

async function look(pool: Pool): Promise<string> {
  const found = known[Math.floor(Math.random() * known.length)];
  if (!found) return 'nothing to look at';
  const answer = await pool.request({
    method: 'GET',
    path: `/api/v1/receipts/${found.id}`,
    headers: { authorization: clients[found.client] ?? '' },
  });
  await answer.body.dump();
  return String(answer.statusCode);
}
