import pg, { type ClientBase, type Connection, type CustomTypesConfig, type QueryResultRow } from 'pg';
import { queryTimeout } from './query.ts';

/** Prepared once a connection, by its text. */
export interface PreparedStatement {
  text: string;
  /** As they go over the wire: text, or Postgres' binary format as {@link column} makes it. */
  values?: readonly (string | Buffer | null)[];
  types?: CustomTypesConfig;
}

/**
 * Sends statements at once and waits once, for all of their rows. The server passes over what follows one that fails, so that
 * nothing is done outside a transaction that did not begin, and nothing committed that did not succeed.
 * @returns rows by place
 */
export function queryTogether(
  client: ClientBase,
  statements: readonly PreparedStatement[],
): Promise<QueryResultRow[][]> {
  return new Promise((resolve, reject) => {
    client.query(
      new Together(statements, (error, rows) => {
        if (error) reject(error);
        else resolve(rows);
      }),
    );
  });
}

/** Text → the name a connection knows it by. */
const known = new WeakMap<Connection, Map<string, string>>();
/** Never used twice: whether a statement was prepared before something failed is not known. */
let names = 0;

interface Field {
  name: string;
  parse(value: string): unknown;
}

/** What the driver asks of a query that is not its own, as of a cursor. */
class Together {
  /** Read by the driver, which then puts a callback of its own before ours. */
  readonly query_timeout = queryTimeout;
  callback: (error: Error | null, rows: QueryResultRow[][]) => void;
  readonly #statements: readonly PreparedStatement[];
  readonly #rows: QueryResultRow[][] = [[]];
  #fields: Field[] = [];
  /** Whose answer is coming in. */
  #at = 0;

  constructor(statements: readonly PreparedStatement[], callback: Together['callback']) {
    this.#statements = statements;
    this.callback = callback;
  }

  submit(connection: Connection): void {
    connection.stream.cork();
    try {
      this.#send(connection);
    } catch (error) {
      // Half of it may be on its way: nobody can go on with this connection.
      connection.stream.destroy(error instanceof Error ? error : new Error(String(error)));
    } finally {
      connection.stream.uncork();
    }
  }

  #send(connection: Connection): void {
    const named = known.get(connection) ?? new Map<string, string>();
    known.set(connection, named);
    for (const { text, values = [] } of this.#statements) {
      const statement = named.get(text) ?? `dabba ${++names}`;
      if (!named.has(text)) {
        named.set(text, statement);
        connection.parse({ name: statement, text, types: [] }, true);
      }
      connection.bind({ statement, values: [...values] }, true);
      connection.describe({ type: 'P', name: '' }, true);
      connection.execute(null, true);
    }
    connection.sync();
  }

  handleRowDescription({ fields }: { fields: readonly { name: string; dataTypeID: number }[] }): void {
    const types = this.#statements[this.#at]?.types ?? pg.types;
    this.#fields = fields.map(({ name, dataTypeID }) => ({
      name,
      parse: types.getTypeParser(dataTypeID, 'text'),
    }));
  }

  handleDataRow({ fields }: { fields: readonly (string | null)[] }): void {
    const row: QueryResultRow = {};
    this.#fields.forEach(({ name, parse }, place) => {
      const value = fields[place] ?? null;
      row[name] = value === null ? null : parse(value);
    });
    this.#rows[this.#at]?.push(row);
  }

  handleCommandComplete(): void {
    this.#at += 1;
    this.#rows.push([]);
  }

  handleEmptyQuery(): void {
    this.handleCommandComplete();
  }

  handleError(error: Error, connection: Connection): void {
    // Some may not have been prepared, others be outdated.
    for (const { text } of this.#statements) known.get(connection)?.delete(text);
    this.callback(error, []);
  }

  handleReadyForQuery(): void {
    this.callback(null, this.#rows.slice(0, this.#statements.length));
  }
}
