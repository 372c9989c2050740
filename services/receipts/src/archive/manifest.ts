import { type Static, Type } from 'typebox';
import { Value } from 'typebox/value';
import { Hash } from '../proof/bundle.ts';
import { schemaVersion } from './write/columns.ts';

const Part = Type.Object({
  key: Type.String(),
  receipts: Type.Integer({ minimum: 1 }),
  bytes: Type.Integer({ minimum: 1 }),
  sha256: Hash,
  first_client: Type.String(),
  last_client: Type.String(),
});
export type Part = Static<typeof Part>;

/** Written last: a day whose manifest is there is whole. Parts that none names are nobody's. */
export const Manifest = Type.Object({
  kind: Type.Literal('dabba-receipt-day'),
  /** Of the columns. */
  schema_version: Type.Integer(),
  writer: Type.String(),
  /** UTC. */
  day: Type.String({ format: 'date' }),
  receipts: Type.Integer({ minimum: 0 }),
  digest: Type.String({
    pattern: '^[0-9a-f]{64}$',
    description: 'SHA-256 over the digests of its rows in their order',
  }),
  parts: Type.Array(Part),
});
export type Manifest = Static<typeof Manifest>;

export const kind = 'dabba-receipt-day' as const;
export const writer = 'dabba-receipts/1';
export const prefix = 'receipts/';

/** Everything of a day is below this. */
export function folderOf(day: string): string {
  return `${prefix}day=${day}`;
}

export function manifestKey(day: string): string {
  return `${folderOf(day)}/manifest.json`;
}

/** @throws Error where it is none, or of columns that this build does not know */
export function readManifest(bytes: Buffer): Manifest {
  const read: unknown = JSON.parse(bytes.toString());
  if (!Value.Check(Manifest, read)) throw new Error('Not the manifest of a day of receipts');
  if (read.schema_version > schemaVersion)
    throw new Error(`The archive of ${read.day} has columns of version ${read.schema_version}`);
  return read;
}
