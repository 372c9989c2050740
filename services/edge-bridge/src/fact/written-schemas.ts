import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type EventName, schemaOf } from '@dabba/contracts';
import { writeDurably } from '../spool/durable-file.ts';
import type { FactName } from './read-fact.ts';

const factNames: readonly FactName[] = [
  'FridgeMealStocked',
  'FridgeMealSold',
  'FridgeMealMissing',
  'FridgeDoorOpened',
  'FridgeDoorClosed',
  'FridgeWasAway',
  'FridgeCommandDone',
  'FridgeHeartbeat',
];

/** Schema text by event and fingerprint: a fact spooled by an earlier build is sent under the schema it was written with. */
export type WrittenSchemas = (name: EventName, fingerprint: string) => Promise<string>;

/** Keeps the schemas this build writes beside the spool, durably, before the first fact is spooled. */
export async function writtenSchemas(directory: string): Promise<WrittenSchemas> {
  await mkdir(directory, { recursive: true });
  const path = (fingerprint: string) => join(directory, `${fingerprint}.avsc`);
  for (const name of factNames) {
    const { fingerprint, text } = schemaOf(name);
    await writeDurably(path(fingerprint), text);
  }
  return async (name, fingerprint) => {
    const current = schemaOf(name);
    return current.fingerprint === fingerprint ? current.text : readFile(path(fingerprint), 'utf8');
  };
}
