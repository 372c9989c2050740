import { defineReadModel, type Row } from '@dabba/projections';
import type { Knex } from 'knex';

/** Everybody who may act, for lists. Trails the events by milliseconds. */
export const principalList = defineReadModel({
  name: 'principal-list',
  topics: ['identity'],
  tables: {
    principal_list: {
      kind: 'rows',
      key: ['principal_id'],
      create(table) {
        table.text('principal_id').primary();
        table.text('kind').notNullable();
        table.jsonb('roles').notNullable();
        table.text('metro').index();
        table.text('kitchen_id');
        table.text('fridge_id');
        table.text('customer_id');
        table.text('courier_id');
        table.bigInteger('registered_at').notNullable();
      },
    },
  },
  on: {
    PrincipalRegistered({ data }, rows) {
      const row: Row = {
        principal_id: data.principalId,
        kind: data.kind,
        roles: data.roles,
        metro: data.metro,
        kitchen_id: data.kitchenId,
        fridge_id: data.fridgeId,
        customer_id: data.customerId,
        courier_id: data.courierId,
        registered_at: data.registeredAt,
      };
      rows.put('principal_list', row);
    },
  },
});

export interface PrincipalRow {
  principal_id: string;
  kind: string;
  roles: string[];
  metro: string | null;
  kitchen_id: string | null;
  fridge_id: string | null;
  customer_id: string | null;
  courier_id: string | null;
  /** Postgres gives a bigint as text. */
  registered_at: string;
}

export interface PrincipalFilter {
  kind?: string;
  metro?: string;
  role?: string;
}

/** In the order of their ids, from the first one after `after`. */
export async function listPrincipals(
  db: Knex,
  { kind, metro, role }: PrincipalFilter,
  after: string | undefined,
  limit: number,
): Promise<PrincipalRow[]> {
  const query = db<PrincipalRow>('principal_list').orderBy('principal_id').limit(limit);
  if (after !== undefined) query.where('principal_id', '>', after);
  if (kind !== undefined) query.where({ kind });
  if (metro !== undefined) query.where({ metro });
  if (role !== undefined) query.whereRaw('roles @> ?::jsonb', [JSON.stringify([role])]);
  return await query;
}
