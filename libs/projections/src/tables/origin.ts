import { createHash } from 'node:crypto';
import type { ClientBase, Pool } from 'pg';
import type { ReadModel } from '../types.ts';
import { createIn, statementsOf } from './create.ts';

/** What stands for rows of which nobody knows what made them. */
const unknown = '';

/** What the tables of a model are made by: their statements, and the revision of what is folded into them. */
function fingerprintOf({ tables, revision = 1 }: ReadModel): string {
  const statements = Object.entries(tables)
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([table, spec]) => [table, spec.kind, statementsOf('public', table, spec)]);
  return createHash('sha256')
    .update(JSON.stringify([revision, statements]))
    .digest('hex');
}

/** Whether the rows were folded by other code than this: by another release, or into tables that were not all there. */
export async function isOutdated(model: ReadModel, db: Pool | ClientBase): Promise<boolean> {
  return (await originOf(model, db)) !== fingerprintOf(model);
}

/** From now on the tables are this code's. */
export async function claim(model: ReadModel, client: ClientBase): Promise<void> {
  await keep(model, fingerprintOf(model), client);
}

/** Before tables are made where they are missing: notes what made those that are there, unless that is known. */
export async function noteOrigin(model: ReadModel, client: ClientBase): Promise<void> {
  if ((await originOf(model, client)) !== undefined) return;
  await keep(model, (await isItsOwn(model, client)) ? fingerprintOf(model) : unknown, client);
}

async function originOf({ name }: ReadModel, db: Pool | ClientBase): Promise<string | undefined> {
  const { rows } = await db.query<{ fingerprint: string }>(
    'select fingerprint from dabba.read_models where name = $1',
    [name],
  );
  return rows[0]?.fingerprint;
}

async function keep({ name }: ReadModel, fingerprint: string, client: ClientBase): Promise<void> {
  await client.query(
    `insert into dabba.read_models (name, fingerprint) values ($1, $2)
     on conflict (name) do update set fingerprint = excluded.fingerprint`,
    [name, fingerprint],
  );
}

/** Of a database older than these notes: nothing was folded yet, or the tables have just the columns this code makes. */
async function isItsOwn(model: ReadModel, client: ClientBase): Promise<boolean> {
  const tables = Object.keys(model.tables);
  const { rows } = await client.query<{ there: number; folded: boolean }>(
    `select (select count(*)::int from unnest($1::text[]) t(name)
              where to_regclass(format('public.%I', t.name)) is not null) as there,
            exists (select from dabba.checkpoints where consumer = $2 and next > 0) as folded`,
    [tables, model.name],
  );
  const { there = 0, folded = false } = rows[0] ?? {};
  if (there < tables.length) return there === 0 && !folded;
  await createIn('pg_temp', model, client);
  const [wanted, found] = [
    await columnsIn('pg_temp', model, client),
    await columnsIn('public', model, client),
  ];
  for (const table of tables) await client.query(`drop table pg_temp."${table}"`);
  return wanted === found;
}

async function columnsIn(schema: string, model: ReadModel, client: ClientBase): Promise<string> {
  const { rows } = await client.query(
    `select t.name as table, a.attname, format_type(a.atttypid, a.atttypmod) as type, a.attnotnull
       from unnest($1::text[]) t(name)
       join pg_attribute a on a.attrelid = to_regclass(format('%s.%I', $2::text, t.name))
      where a.attnum > 0 and not a.attisdropped order by 1, 2`,
    [Object.keys(model.tables), schema],
  );
  return JSON.stringify(rows);
}
