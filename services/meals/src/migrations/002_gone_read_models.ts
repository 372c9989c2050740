import type { Knex } from 'knex';
import { forgetReadModels } from '../forget-read-models.ts';

export function up(knex: Knex): Promise<void> {
  return forgetReadModels(knex, [
    { table: 'fridge_signs', model: 'fridge-signs' },
    { table: 'session_starts', model: 'session-starts' },
  ]);
}

export async function down(): Promise<void> {}
