import type { Knex } from 'knex';

/** Read models nobody reads any more, with what they remember of where they were. */
const gone = [
  { table: 'fridge_signs', model: 'fridge-signs' },
  { table: 'session_starts', model: 'session-starts' },
];
const memories = ['dabba.checkpoints', 'dabba.parked_events', 'dabba.parked_streams'];

export async function up(knex: Knex): Promise<void> {
  for (const { table } of gone) await knex.schema.dropTableIfExists(table);
  const { rows } = await knex.raw<{ rows: { name: string | null }[] }>(
    'select to_regclass(name)::text as name from unnest(?::text[]) name',
    [memories],
  );
  for (const { name } of rows)
    if (name !== null)
      await knex(name)
        .whereIn(
          'consumer',
          gone.map(({ model }) => model),
        )
        .delete();
}

/** A rebuild makes them again. */
export async function down(): Promise<void> {}
