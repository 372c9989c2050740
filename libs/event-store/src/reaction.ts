import type { Region } from '@dabba/contracts';
import type { ClientBase } from 'pg';
import { appendOrFail, unmovedOrFail } from './append/call.ts';
import { changesNothing, type PreparedCommand } from './append/command.ts';
import type { SchemaBook } from './load/schema-book.ts';
import { type PreparedStatement, queryTogether } from './postgres/together.ts';
import type { AnyStreamRef, CommandContext, ReactionUnit } from './types.ts';
import { type OpenedStream, Unit } from './unit.ts';

interface ReactionOptions {
  schemas: SchemaBook;
  /** Whether other processes should be told. */
  wake: boolean;
  /** Whether one of the streams is as this process wrote it last, rather than as it is. */
  recent: boolean;
}

/** A unit of work that is committed within the caller's own transaction (E9). */
export class Reaction extends Unit implements ReactionUnit {
  readonly #options: ReactionOptions;
  #kept = () => {};
  #settled: PreparedCommand | undefined;

  constructor(
    region: Region,
    streams: readonly OpenedStream<AnyStreamRef>[],
    context: CommandContext,
    options: ReactionOptions,
  ) {
    super(region, streams, context);
    this.#options = options;
  }

  /** What goes with the caller's transaction; it may be nothing but what the streams were looked at for. */
  get settled(): PreparedCommand | undefined {
    return this.#settled;
  }

  async commitTo(client: ClientBase): Promise<void> {
    const statements = await this.closing(client);
    if (statements.length > 0) await queryTogether(client, statements);
  }

  async closing(client: ClientBase): Promise<readonly PreparedStatement[]> {
    const command = this.prepare();
    const { schemas, wake, recent } = this.#options;
    this.#settled = command;
    if (changesNothing(command)) return recent ? [unmovedOrFail(command)] : [];
    this.#kept = await schemas.keepWithin(client, [command]);
    return [appendOrFail(command, wake)];
  }

  /** The caller's transaction is committed. */
  committed(): void {
    this.#kept();
  }
}
