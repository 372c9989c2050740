import type { Region } from '@dabba/contracts';
import type { ClientBase } from 'pg';
import { appendOrFail } from './append/call.ts';
import type { SchemaBook } from './load/schema-book.ts';
import { type PreparedStatement, queryTogether } from './postgres/together.ts';
import type { AnyStreamRef, CommandContext, ReactionUnit } from './types.ts';
import { type OpenedStream, Unit } from './unit.ts';

/** A unit of work that is committed within the caller's own transaction (E9). */
export class Reaction extends Unit implements ReactionUnit {
  readonly #schemas: SchemaBook;
  readonly #wake: boolean;
  #kept = () => {};

  constructor(
    region: Region,
    streams: readonly OpenedStream<AnyStreamRef>[],
    context: CommandContext,
    schemas: SchemaBook,
    wake: boolean,
  ) {
    super(region, streams, context);
    this.#schemas = schemas;
    this.#wake = wake;
  }

  async commitTo(client: ClientBase): Promise<void> {
    const statements = await this.closing(client);
    if (statements.length > 0) await queryTogether(client, statements);
  }

  async closing(client: ClientBase): Promise<readonly PreparedStatement[]> {
    const command = this.prepare();
    if (command.events.length === 0 && command.tasks.length === 0) return [];
    this.#kept = await this.#schemas.keepWithin(client, [command]);
    return [appendOrFail(command, this.#wake)];
  }

  /** The caller's transaction is committed. */
  committed(): void {
    this.#kept();
  }
}
