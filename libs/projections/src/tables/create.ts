import { transaction } from '@dabba/event-store';
import knex from 'knex';
import type { ClientBase, Pool } from 'pg';
import type { ReadModel } from '../types.ts';

const builder = knex({ client: 'pg' });

/** Makes those tables of the model that are not there yet. Any number of processes may call it at once. */
export async function createTables(model: ReadModel, pool: Pool): Promise<void> {
  await transaction(pool, async (client) => {
    await client.query("select pg_advisory_xact_lock(hashtext('dabba migrate'))");
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
    const statements = builder.schema.withSchema(schema).createTable(table, spec.create).toSQL();
    for (const { sql, bindings } of statements) {
      await client.query(inDollars(sql), bindings ? [...bindings] : []);
    }
  }
}

function inDollars(sql: string): string {
  let count = 0;
  return sql.replaceAll('?', () => {
    count += 1;
    return `$${count}`;
  });
}
