import { createHash } from 'node:crypto';
import { canonical, type Metro } from '@dabba/contracts';
import { type CommandContext, Conflict, type EventStore, transaction } from '@dabba/event-store';
import type { Pool } from 'pg';
import { compileType } from '../definition/compile.ts';
import type { Definition } from '../definition/definition.ts';
import { InvalidDefinition } from '../definition/invalid.ts';
import { inOrder, recognisable, takerOf } from '../definition/recognition.ts';
import { sampleBytes, sampleFaults } from '../definition/sample.ts';
import { parseDocument } from '../parse.ts';
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
  const hash = hashOf(definition);
  prove(deps, definition, context.now);
  for (;;) {
    const newest = await newestTypes(deps.pool);
    const before = newest.find((row) => row.type === type && row.format === format);
    if (before?.hash === hash) return { row: before, isNew: false };
    const version = (before?.version ?? 0) + 1;
    proveBeside(definition, newest);
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

/** The same for the same definition, in whatever order its members stand. */
export function hashOf(definition: Definition): string {
  return createHash('sha256').update(canonical(definition)).digest('hex');
}

/** It holds by itself. */
function prove({ authorities }: DefineDeps, definition: Definition, now: number): void {
  const faults = sampleFaults(compileType(definition, 0), now);
  definition.authorities.forEach((name, at) => {
    if (!authorities.includes(name))
      faults.push({ pointer: `/authorities/${at}`, detail: `There are ${authorities.join(', ')}.` });
  });
  if (faults.length > 0) throw new InvalidDefinition(faults);
}

/** No document of another type becomes its own, nor the other way round. */
function proveBeside(fresh: Definition, newest: readonly TypeRow[]): void {
  const others = newest.filter(({ type, format }) => type !== fresh.type || format !== fresh.format);
  const definitions = [fresh, ...others.map(({ definition }) => definition)];
  const types = inOrder(definitions.map((definition) => recognisable(definition, 0)));
  const faults = types.flatMap(({ definition }) => {
    const parsed = parseDocument(definition.format, sampleBytes(definition));
    if ('refused' in parsed) return [];
    const taker = takerOf(types, definition.format, parsed.document)?.version.type;
    if (taker === definition.type) return [];
    const detail = `A document of ${definition.type} would be taken for one of ${taker ?? 'no type'}.`;
    return [{ pointer: '/recognition', detail }];
  });
  if (faults.length > 0) throw new InvalidDefinition(faults);
}
