import { batcher, column, type Outcome } from '@dabba/event-store';
import type { Pool } from 'pg';
import { type Arrival, dayOf, type Taken } from './arrival.ts';
import { openDays } from './days.ts';

export type Take = (arrival: Arrival) => Promise<Taken>;

interface Row {
  place: number;
  receipt: string;
  fate: Taken['fate'];
}

/** One batch at a time. Where many come they gather for it: a commit costs more than the short wait (docs/performance.md). */
const batches = {
  most: 500,
  mostBytes: 4 * 1024 * 1024,
  size: ({ raw }: Arrival) => raw.length,
  linger: 4,
};

/** Writes documents in micro-batches; resolves once they are fsynced. */
export function takeInto(pool: Pool): Take {
  return batcher<Arrival, Taken>((arrivals) => write(pool, arrivals), batches);
}

async function write(pool: Pool, arrivals: readonly Arrival[]): Promise<Outcome<Taken>[]> {
  const rows = await call(pool, arrivals).catch(async (error: unknown) => {
    if (!isDayMissing(error)) throw error;
    await openDays(
      pool,
      arrivals.map(({ id }) => dayOf(id)),
    );
    return call(pool, arrivals);
  });
  return rows.map(({ fate, receipt: receiptId }) => ({
    ok: true,
    value: fate === 'reused' ? { fate } : { fate, receiptId },
  }));
}

async function call(pool: Pool, arrivals: readonly Arrival[]): Promise<Row[]> {
  const { rows } = await pool.query<Row>({
    name: 'take-receipts',
    text: `select place, receipt, fate
             from take_receipts($1::uuid[], $2::date[], $3::text[], $4::text[], $5::text[], $6::text[],
                                $7::bytea[], $8::bytea[], $9::bytea[], $10::timestamptz[])
            order by place`,
    values: [
      column.uuid(arrivals.map(({ id }) => id)),
      column.date(arrivals.map(({ id }) => dayOf(id))),
      column.text(arrivals.map(({ client }) => client)),
      column.text(arrivals.map(({ metro }) => metro)),
      column.text(arrivals.map(({ format }) => format)),
      column.text(arrivals.map(({ type }) => type)),
      column.bytea(arrivals.map(({ hash }) => hash)),
      column.bytea(arrivals.map(({ key }) => key)),
      column.bytea(arrivals.map(({ raw }) => raw)),
      column.timestamptz(arrivals.map(({ at }) => at)),
    ],
  });
  return rows;
}

/** 23514: no partition takes the row; the task that opens days ahead did not run. */
function isDayMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === '23514';
}
