import type { Pool } from 'pg';

/** Replaces a function by a copy of itself with some text changed. @throws when the text is not there any more */
export async function rewrite(
  pool: Pool,
  name: string,
  changes: readonly (readonly [from: string | RegExp, to: string])[],
): Promise<void> {
  const { rows } = await pool.query<{ text: string }>(
    `select pg_get_functiondef(p.oid) as text from pg_proc p join pg_namespace n on n.oid = p.pronamespace
      where n.nspname = 'dabba' and p.proname = $1`,
    [name],
  );
  let text = rows[0]?.text ?? '';
  for (const [from, to] of changes) {
    const changed = text.replace(from, to);
    if (changed === text) throw new Error(`dabba.${name} has nothing like ${String(from)} to break`);
    text = changed;
  }
  await pool.query(text);
}

/** Runs `body` (PL/pgSQL, ending in a return) before each row is written. */
export async function trigger(
  pool: Pool,
  table: string,
  on: 'insert' | 'update',
  body: string,
): Promise<void> {
  await pool.query(`
    create function dabba.sabotage() returns trigger language plpgsql as $$ begin ${body} end $$;
    create trigger sabotage before ${on} on ${table} for each row execute function dabba.sabotage();`);
}
