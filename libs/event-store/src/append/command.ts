import type { EventName } from '@dabba/contracts';
import type { IdempotencyKey, StoredAnswer, TaskRequest } from '../types.ts';

/** A stream a command has loaded, and what it makes of it. `added` is 0 where it was only looked at. */
export interface StreamWrite {
  stream: string;
  type: string;
  metro: string;
  partition: number;
  /** The version the decision was made on (E2). */
  expected: number;
  added: number;
  /** JSON text. */
  state: string | null;
  revision: number;
  /** Id of the first event added, by which an append whose answer was lost is known again (E5). */
  first: string | null;
}

export interface NewEvent {
  stream: string;
  streamType: string;
  metro: string;
  partition: number;
  version: number;
  id: string;
  type: EventName;
  schema: string;
  data: Buffer;
  /** JSON text: actor, causationId, correlationId, traceparent. */
  headers: string;
  time: number;
}

/** Everything one command commits, ready to be tried again unchanged. */
export interface PreparedCommand {
  id: string;
  writes: readonly StreamWrite[];
  events: readonly NewEvent[];
  key: IdempotencyKey | undefined;
  answer: StoredAnswer | undefined;
  time: number;
  tasks: readonly TaskRequest[];
}

export type AppendResult =
  | { outcome: 'applied'; position: number | undefined }
  | { outcome: 'conflict' }
  | { outcome: 'replayed'; hash: string; answer: StoredAnswer | undefined };

export function changesNothing(command: PreparedCommand): boolean {
  return command.events.length === 0 && command.tasks.length === 0 && command.key === undefined;
}
