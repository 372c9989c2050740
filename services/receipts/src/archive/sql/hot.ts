import type { StoreDeps } from '@dabba/service-kit';
import { hotDay } from '../close/hot-day.ts';
import type { Days, Hot } from './analyst.ts';

/** Receipts at their end that are in Postgres still, of these days, for a question over both tiers. */
export function hotReceipts(deps: Pick<StoreDeps, 'pool' | 'store'>, { from, to }: Days): Hot {
  return async function* hot(archived) {
    const { rows } = await deps.pool.query<{ day: string }>(
      `select d.day::text as day
         from (select to_date(substr(c.relname, 7), 'YYYYMMDD') as day
                 from pg_inherits i join pg_class c on c.oid = i.inhrelid
                where i.inhparent = 'inbox'::regclass) d
        where d.day::text between $1 and $2 order by d.day`,
      [from, to],
    );
    for (const { day } of rows) if (!archived.has(day)) yield* hotDay(deps, day, [], 'pass-over');
  };
}
