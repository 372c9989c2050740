import type { Recorded } from '@dabba/contracts';
import { defineReadModel, type Rows } from '@dabba/projections';
import type { Knex } from 'knex';
import { type Chain, type Entry, link } from '../offline/chain.ts';

type Fact = { data: { device: string; boot: number; seq: number; observedAt: number } } & Pick<
  Recorded,
  'meta'
>;
type Tables = 'journal_chain' | 'journal_breaks_raised';

/** Of one fridge; older ones have been raised long since. */
const breaksKept = 100;

/** The journals of fridges as chains of hashes, and where they are broken. */
export const journalChain = defineReadModel({
  name: 'journal-chain',
  topics: ['fridge-facts', 'fridges'],
  tables: {
    journal_chain: {
      kind: 'rows',
      key: ['fridge_id'],
      create(table) {
        table.text('fridge_id').primary();
        table.text('metro').notNullable();
        table.jsonb('tip');
        table.jsonb('ends').notNullable();
        table.jsonb('starts').notNullable();
        table.jsonb('breaks').notNullable();
        table.boolean('is_broken').notNullable();
        table.index(['metro', 'is_broken']);
      },
    },
    journal_breaks_raised: {
      kind: 'rows',
      key: ['fridge_id', 'boot', 'seq'],
      create(table) {
        table.text('fridge_id').notNullable();
        table.bigInteger('boot').notNullable();
        table.bigInteger('seq').notNullable();
        table.primary(['fridge_id', 'boot', 'seq']);
      },
    },
  },
  on: {
    FridgeMealStocked: linked,
    FridgeMealSold: linked,
    FridgeMealMissing: linked,
    FridgeDoorOpened: linked,
    FridgeDoorClosed: linked,
    FridgeCommandDone: linked,
    FridgeHeartbeat: linked,
    FridgeWasAway: linked,
    FridgeJournalBroken: ({ data: { fridgeId, boot, seq } }, rows) =>
      rows.put('journal_breaks_raised', { fridge_id: fridgeId, boot, seq }),
  },
});

function linked({ data, meta }: Fact, rows: Rows<Tables>): void {
  const { device: fridge_id, boot, seq, observedAt: at } = data;
  const { hash = null, prev = null } = meta.chain ?? {};
  rows.change('journal_chain', { fridge_id }, (row) => {
    const { chain, breaks } = link(chainOf({ ...row }), { boot, seq, hash, prev, at });
    const all = [...listOf(row?.breaks), ...breaks].slice(-breaksKept);
    const tip = chain.tip && { ...chain.tip };
    const is_broken = all.length > 0 || chain.starts.length > 0;
    return { fridge_id, metro: meta.metro, ...chain, tip, breaks: all, is_broken };
  });
}

function chainOf({ tip, ends, starts }: { tip?: unknown; ends?: unknown; starts?: unknown }): Chain {
  return {
    tip: tip === null || tip === undefined ? null : entryOf(tip),
    ends: listOf(ends).map(entryOf),
    starts: listOf(starts).map(entryOf),
  };
}

function listOf(cell: unknown): unknown[] {
  return Array.isArray(cell) ? cell : [];
}

function entryOf(cell: unknown): Entry {
  const { boot, seq, hash, prev, at }: Record<string, unknown> = { ...Object(cell) };
  return {
    boot: Number(boot),
    seq: Number(seq),
    hash: typeof hash === 'string' ? hash : null,
    prev: typeof prev === 'string' ? prev : null,
    at: Number(at),
  };
}

export interface BreakRow {
  fridge_id: string;
  boot: number;
  seq: number;
  expected: string | null;
  found: string;
  /** UTC milliseconds. */
  at: number;
  /** What it follows from may still come. */
  is_waiting: boolean;
}

/** Breaks nobody was told of yet. */
export async function unraisedBreaks(db: Knex, metro: string, limit: number): Promise<BreakRow[]> {
  const { rows } = await db.raw<{ rows: BreakRow[] }>(
    `select c.fridge_id, b.boot::float8 as boot, b.seq::float8 as seq, b.expected, b.found, b.at::float8 as at,
            b.is_waiting
       from journal_chain c
      cross join lateral (
        select boot, seq, expected, found, at, false as is_waiting
          from jsonb_to_recordset(c.breaks) _ (boot bigint, seq bigint, expected text, found text, at bigint)
         union all
        select boot, seq, null, prev, at, true
          from jsonb_to_recordset(c.starts) _ (boot bigint, seq bigint, prev text, at bigint)) b
       left join journal_breaks_raised r on r.fridge_id = c.fridge_id and r.boot = b.boot and r.seq = b.seq
      where c.is_broken and c.metro = ? and r.fridge_id is null
      order by c.fridge_id, b.boot, b.seq
      limit ?`,
    [metro, limit],
  );
  return rows;
}
