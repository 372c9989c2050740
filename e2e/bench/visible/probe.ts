import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { request } from 'undici';
import { requestOf } from '../load/requests.ts';
import type { Region } from '../world/region.ts';

const every = 200;

/** Makes lots one after another and asks the reader's database for each until it is there; milliseconds from its 201. */
export async function probe(region: Region, seconds: number): Promise<number[]> {
  const client = new pg.Client({ connectionString: region.readerDatabase });
  await client.connect();
  const plan = { kind: 'lots' as const, fridges: [], authorization: await region.token() };
  const waits: number[] = [];
  try {
    for (const end = performance.now() + seconds * 1000; performance.now() < end; await pause(every)) {
      const { path, headers, body } = requestOf(plan, 0);
      const answer = await request(`${region.meals}${path}`, { method: 'POST', headers, body });
      const began = performance.now();
      const id = idOf(await answer.body.json());
      while (!(await isThere(client, id))) await pause(1);
      waits.push(performance.now() - began);
    }
    return waits;
  } finally {
    await client.end();
  }
}

async function isThere(client: pg.Client, stream: string): Promise<boolean> {
  const found = await client.query('select from seen_events where stream = $1', [stream]);
  return found.rowCount === 1;
}

function idOf(lot: unknown): string {
  if (typeof lot === 'object' && lot !== null && 'id' in lot && typeof lot.id === 'string') return lot.id;
  throw new Error('no lot was made');
}
