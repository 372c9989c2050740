import { createHash } from 'node:crypto';
import { canonical, type Metro } from '@dabba/contracts';
import { type CommandContext, Conflict, type EventStore, transaction } from '@dabba/event-store';
import type { Pool } from 'pg';
import { type CompiledType, compileType } from '../definition/compile.ts';
import type { Definition } from '../definition/definition.ts';
import { InvalidDefinition } from '../definition/invalid.ts';
import { sampleBytes, sampleFaults } from '../definition/sample.ts';
import { parseDocument } from '../parse.ts';
import { Book } from './book.ts';
import { insertType, newestTypes, type TypeRow } from './rows.ts';
import { typeRef } from './stream.ts';

export interface DefineDeps {
  pool: Pool;
  store: Pick<EventStore, 'unit'>;
  /** Whose partitions the streams of types are in: the region's first. */
  metro: Metro;
  /** Names of the authorities there are. */
  authorities: readonly string[];
}

export interface Defined {
  row: TypeRow;
  /** False where the newest version says the same already. */
  isNew: boolean;
}

/** A new type, or a new version of one. @throws InvalidDefinition */
export async function defineType(
  deps: DefineDeps,
  definition: Definition,
  context: CommandContext,
): Promise<Defined> {
  const { type, format } = definition;
  const hash = createHash('sha256').update(canonical(definition)).digest('hex');
  for (;;) {
    const newest = await newestTypes(deps.pool);
    const before = newest.find((row) => row.type === type && row.format === format);
    if (before?.hash === hash) return { row: before, isNew: false };
    const version = (before?.version ?? 0) + 1;
    prove(deps, compileType(definition, version), newest, context.now);
    const row = { type, format, version, definition, hash, createdBy: context.actor, createdAt: context.now };
    try {
      await append(deps, row, context);
      return { row, isNew: true };
    } catch (error) {
      // Somebody else defined this type in between.
      if (!(error instanceof Conflict) && !isTaken(error)) throw error;
    }
  }
}

async function append(
  { pool, store, metro }: DefineDeps,
  row: TypeRow,
  context: CommandContext,
): Promise<void> {
  const { type, format, version, definition, hash, createdBy: by, createdAt: definedAt } = row;
  const ref = typeRef(type, format, metro);
  await store.unit([ref], context, async (unit) => {
    if (unit.load(ref).version !== version - 1) throw new Conflict('Another version came first');
    const event = { type, format, version, definition: JSON.stringify(definition), definitionHash: hash };
    unit.append(ref, [{ type: 'ReceiptTypeDefined', data: { ...event, by, definedAt } }]);
    await transaction(pool, async (client) => {
      await insertType(client, row);
      await unit.commitTo(client);
    });
  });
}

/** 23505: the version is there. */
function isTaken(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === '23505';
}

/** It holds by itself, and beside the others: no document of theirs becomes its own, nor the other way round. */
function prove(
  { authorities }: Pick<DefineDeps, 'authorities'>,
  fresh: CompiledType,
  newest: readonly TypeRow[],
  now: number,
): void {
  const faults = sampleFaults(fresh, now);
  fresh.version.authorities.forEach((name, at) => {
    if (!authorities.includes(name))
      faults.push({ pointer: `/authorities/${at}`, detail: `There are ${authorities.join(', ')}.` });
  });
  if (faults.length > 0) throw new InvalidDefinition(faults);

  const others = newest
    .filter(({ type, format }) => type !== fresh.version.type || format !== fresh.version.format)
    .map((row) => compileType(row.definition, row.version));
  const book = new Book([fresh, ...others]);
  for (const { definition } of book.types) {
    const parsed = parseDocument(definition.format, sampleBytes(definition));
    if ('refused' in parsed) continue;
    const taker = book.recognise(definition.format, parsed.document)?.type;
    if (taker !== definition.type)
      faults.push({
        pointer: '/recognition',
        detail: `A document of ${definition.type} would be taken for one of ${taker ?? 'no type'}.`,
      });
  }
  if (faults.length > 0) throw new InvalidDefinition(faults);
}
