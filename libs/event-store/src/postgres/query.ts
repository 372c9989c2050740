import pg, { type CustomTypesConfig, type QueryResult, type QueryResultRow } from 'pg';

const int8 = 20;

/** Positions are safe integers; the driver's default would hand them over as strings. */
const types: CustomTypesConfig = {
  getTypeParser: (oid, format) => (oid === int8 ? Number : pg.types.getTypeParser(oid, format)),
};

export interface Statement {
  text: string;
  values?: unknown[];
  /** Prepared once per connection under this name. */
  name?: string;
}

/** A pool or a client. */
export interface Queryable {
  query<R extends QueryResultRow>(config: object): Promise<QueryResult<R>>;
}

/** Milliseconds after which a silent connection counts as dead. */
export const queryTimeout = 15_000;

export async function rows<R extends QueryResultRow>(on: Queryable, statement: Statement): Promise<R[]> {
  const { name, text, values } = statement;
  const result = await on.query<R>({ name, text, values, types, query_timeout: queryTimeout });
  return result.rows;
}
