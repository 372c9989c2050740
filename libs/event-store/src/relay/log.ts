import { type EventRow, eventColumns } from '../load/recorded.ts';
import { type Queryable, rows } from '../postgres/query.ts';

/** Rows and bytes of data read at a time. */
const mostRows = 2000;
const mostBytes = 4 * 1024 * 1024;

const next = `select ${eventColumns} from (
    select *, coalesce(sum(octet_length(data)) over (order by position rows between unbounded preceding and 1 preceding), 0) as before
      from (select * from dabba.events where position > $1 order by position limit ${mostRows}) few
  ) few where before < ${mostBytes} order by position`;

export interface Chunk {
  rows: readonly EventRow[];
  /** Position of the last row, or the one asked for. */
  last: number;
  /** Whether more rows are likely to wait behind it. */
  full: boolean;
}

export async function readCursor(on: Queryable): Promise<number> {
  const [row] = await rows<{ position: number }>(on, { text: 'select position from dabba.relay_cursor' });
  return row?.position ?? 0;
}

export async function readAfter(on: Queryable, position: number): Promise<Chunk> {
  return chunkOf(await rows<EventRow>(on, { name: 'dabba-next', text: next, values: [position] }), position);
}

/** Stores the cursor and reads on in one round trip. */
export async function advance(on: Queryable, position: number): Promise<Chunk> {
  const text = `with stored as (update dabba.relay_cursor set position = $1) ${next}`;
  return chunkOf(await rows<EventRow>(on, { name: 'dabba-advance', text, values: [position] }), position);
}

export function nothingAfter(position: number): Chunk {
  return { rows: [], last: position, full: false };
}

export async function storeCursor(on: Queryable, position: number): Promise<void> {
  const text = 'update dabba.relay_cursor set position = $1';
  await rows(on, { name: 'dabba-cursor', text, values: [position] });
}

export interface Progress {
  cursor: number;
  /** Position of the last committed event. */
  head: number;
  recover: string | null;
}

export async function readProgress(on: Queryable): Promise<Progress> {
  const [row] = await rows<Progress>(on, {
    name: 'dabba-progress',
    text: `select position as cursor, recover, coalesce((select max(position) from dabba.events), 0) as head
             from dabba.relay_cursor`,
  });
  return row ?? { cursor: 0, head: 0, recover: null };
}

function chunkOf(found: EventRow[], asked: number): Chunk {
  const bytes = found.reduce((sum, { data }) => sum + data.length, 0);
  return {
    rows: found,
    last: found.at(-1)?.position ?? asked,
    full: found.length >= mostRows || bytes >= mostBytes,
  };
}
