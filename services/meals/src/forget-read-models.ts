import type { Knex } from 'knex';

const memories = ['dabba.checkpoints', 'dabba.parked_events', 'dabba.parked_streams'];

/** Drops read models that nobody reads any more, with what they remember of where they were. A rebuild makes them again. */
export async function forgetReadModels(
  knex: Knex,
  gone: readonly { table: string; model: string }[],
): Promise<void> {
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
