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

interface Field {
  name: string;
  parse(value: string): unknown;
}

interface Prepared {
  name: string;
  /** What its rows have, which a prepared statement never changes, and how it was last read. */
  described?: { fields: readonly Field[]; types: CustomTypesConfig | undefined };
}

/** By text, what a connection has prepared. */
const known = new WeakMap<Connection, Map<string, Prepared>>();
/** Never used twice: whether a statement was prepared before something failed is not known. */
let names = 0;

/** What the driver asks of a query that is not its own, as of a cursor. */
class Together {
  /** Read by the driver, which then puts a callback of its own before ours. */
  readonly query_timeout = queryTimeout;
  callback: (error: Error | null, rows: QueryResultRow[][]) => void;
  readonly #statements: readonly PreparedStatement[];
  readonly #rows: QueryResultRow[][] = [[]];
  readonly #prepared: Prepared[] = [];
  /** By place; undefined until the server has described it. */
  readonly #fields: (readonly Field[] | undefined)[] = [];
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
    const named = known.get(connection) ?? new Map<string, Prepared>();
    known.set(connection, named);
    for (const { text, values = [], types } of this.#statements) {
      const prepared = named.get(text) ?? { name: `dabba ${++names}` };
      this.#prepared.push(prepared);
      if (!named.has(text)) {
        named.set(text, prepared);
        connection.parse({ name: prepared.name, text, types: [] }, true);
      }
      connection.bind({ statement: prepared.name, values: [...values] }, true);
      const { described } = prepared;
      const fields = described?.types === types ? described?.fields : undefined;
      this.#fields.push(fields);
      if (fields === undefined) connection.describe({ type: 'P', name: '' }, true);
      connection.execute(null, true);
    }
    connection.sync();
  }

  handleRowDescription({ fields }: { fields: readonly { name: string; dataTypeID: number }[] }): void {
    const types = this.#statements[this.#at]?.types ?? pg.types;
    this.#describedAs(
      fields.map(({ name, dataTypeID }) => ({ name, parse: types.getTypeParser(dataTypeID, 'text') })),
    );
  }

  #describedAs(fields: readonly Field[]): void {
    const prepared = this.#prepared[this.#at];
    if (prepared) prepared.described = { fields, types: this.#statements[this.#at]?.types };
    this.#fields[this.#at] = fields;
  }

  handleDataRow({ fields: values }: { fields: readonly (string | null)[] }): void {
    const row: QueryResultRow = {};
    this.#fields[this.#at]?.forEach(({ name, parse }, place) => {
      const value = values[place] ?? null;
      row[name] = value === null ? null : parse(value);
    });
    this.#rows[this.#at]?.push(row);
  }

  handleCommandComplete(): void {
    if (this.#fields[this.#at] === undefined) this.#describedAs([]);
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
