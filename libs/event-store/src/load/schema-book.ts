import { type EventName, schemaOf } from '@dabba/contracts';
import { column } from '../postgres/columns.ts';
import { type Queryable, rows } from '../postgres/query.ts';

interface UsesSchemas {
  events: readonly { type: EventName; schema: string }[];
}

/** Every writer schema this store ever used, so that it can read itself while the registry is away. */
export class SchemaBook {
  readonly #texts = new Map<string, string>();

  /** Stores the schemas of these commands that are not known to be stored. */
  async keep(on: Queryable, commands: readonly UsesSchemas[]): Promise<void> {
    const committed = await this.keepWithin(on, commands);
    committed();
  }

  /** As {@link keep}, within a transaction that may yet be rolled back. @returns to be called once it is committed */
  async keepWithin(on: Queryable, commands: readonly UsesSchemas[]): Promise<() => void> {
    const missing = this.#missing(commands);
    if (missing.size > 0) await insertSchemas(on, missing);
    return () => {
      for (const [fingerprint, text] of missing) this.#texts.set(fingerprint, text);
    };
  }

  async textOf(on: Queryable, fingerprint: string): Promise<string> {
    const known = this.#texts.get(fingerprint);
    if (known !== undefined) return known;
    const [row] = await rows<{ json: string }>(on, {
      text: 'select json from dabba.schemas where fingerprint = $1',
      values: [fingerprint],
    });
    if (!row) throw new Error(`The store lacks the schema ${fingerprint}`);
    this.#texts.set(fingerprint, row.json);
    return row.json;
  }

  #missing(commands: readonly UsesSchemas[]): Map<string, string> {
    const missing = new Map<string, string>();
    for (const { events } of commands)
      for (const { type, schema } of events)
        if (!this.#texts.has(schema) && !missing.has(schema)) missing.set(schema, schemaOf(type).text);
    return missing;
  }
}

/** In a fixed order, so that two transactions never wait for each other's rows in a circle. */
export async function insertSchemas(on: Queryable, schemas: ReadonlyMap<string, string>): Promise<void> {
  const sorted = [...schemas].sort(([a], [b]) => (a < b ? -1 : 1));
  await rows(on, {
    text: `insert into dabba.schemas (fingerprint, json) select * from unnest($1::text[], $2::text[])
           on conflict do nothing`,
    values: [column.text(sorted.map(([key]) => key)), column.text(sorted.map(([, text]) => text))],
  });
}
