import { isRefusal, type Refusal, refuse } from '@dabba/event-store';
import type { Format, TypeBook } from '../types/port.ts';
import { arrivalOf, type Taken } from './arrival.ts';
import type { Take } from './take.ts';

export interface Document {
  client: string;
  metro: string;
  format: Format;
  raw: Buffer;
  /** Idempotency-Key. */
  key: string | undefined;
  /** UTC milliseconds. */
  at: number;
}

export interface IntakeDeps {
  take: Take;
  types: Pick<TypeBook, 'recognise'>;
  parse(format: Format, raw: Buffer): { document: unknown } | Refusal;
  /** Something is in the queue. */
  onTaken(): void;
}

/** One document to the disk: read, its type known, written. Rules are kept for later: breaking one is no refusal. */
export async function receive(
  { take, types, parse, onTaken }: IntakeDeps,
  { format, raw, key, ...from }: Document,
): Promise<Exclude<Taken, { fate: 'reused' }> | Refusal> {
  const parsed = parse(format, raw);
  if (isRefusal(parsed)) return parsed;
  const known = types.recognise(format, parsed.document);
  if (!known) return refuse(422, 'receipt-type-unknown', 'There are no rules for a document like this');
  const taken = await take(arrivalOf({ ...from, format, raw, type: known.type }, key));
  if (taken.fate === 'reused')
    return refuse(422, 'idempotency-key-reused', 'This Idempotency-Key was used with another document');
  if (taken.fate === 'new') onTaken();
  return taken;
}
