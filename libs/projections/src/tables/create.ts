import { transaction } from '@dabba/event-store';
import knex from 'knex';
import type { ClientBase, Pool } from 'pg';
import type { ReadModel, TableSpec } from '../types.ts';
import { noteOrigin } from './origin.ts';

const builder = knex({ client: 'pg' });

/** Makes those tables of the model that are not there yet. Any number of processes may call it at once. */
export async function createTables(model: ReadModel, pool: Pool): Promise<void> {
  await transaction(pool, async (client) => {
    await client.query("select pg_advisory_xact_lock(hashtext('dabba migrate'))");
    await noteOrigin(model, client);
    await createIn('public', model, client);
  });
}

/** @param schema an existing one: `public`, `shadow`, `pg_temp` */
export async function createIn(schema: string, model: ReadModel, client: ClientBase): Promise<void> {
  for (const [table, spec] of Object.entries(model.tables)) {
    const { rows } = await client.query<{ there: boolean }>('select to_regclass($1) is not null as there', [
      `${schema}."${table}"`,
    ]);
    if (rows[0]?.there) continue;
    for (const { sql, bindings } of statementsOf(schema, table, spec)) await client.query(sql, bindings);
  }
}

/** What makes a table. */
export function statementsOf(
  schema: string,
  table: string,
  spec: TableSpec,
): { sql: string; bindings: unknown[] }[] {
  const statements = builder.schema.withSchema(schema).createTable(table, spec.create).toSQL();
  return statements.map(({ sql, bindings }) => ({
    sql: inDollars(sql),
    bindings: bindings ? [...bindings] : [],
  }));
}

function inDollars(sql: string): string {
  let count = 0;
  return sql.replaceAll('?', () => {
    count += 1;
    return `$${count}`;
  });
}
