import type { Knex } from 'knex';
import { forgetReadModels } from '../forget-read-models.ts';

/** What was bought is payments' to compare with what was paid. */
export function up(knex: Knex): Promise<void> {
  return forgetReadModels(knex, [{ table: 'customer_purchases', model: 'customer-purchases' }]);
}

export async function down(): Promise<void> {}
