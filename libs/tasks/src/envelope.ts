/** What the database keeps of a task between attempts; made by `dabba.enqueue_tasks`. */
export interface Envelope {
  id: string;
  /** UTC milliseconds. */
  enqueuedAt: number;
  /** Attempts that failed before the present job was made. */
  failed: number;
  maxAttempts: number;
  payload: unknown;
}

/** Undefined for a job that did not come through `dabba.enqueue_tasks`. */
export function readEnvelope(job: unknown): Envelope | undefined {
  if (typeof job !== 'object' || job === null) return undefined;
  const { id, enqueuedAt, failed, maxAttempts, payload }: Record<string, unknown> = { ...job };
  if (
    typeof id !== 'string' ||
    typeof enqueuedAt !== 'number' ||
    typeof failed !== 'number' ||
    typeof maxAttempts !== 'number'
  )
    return undefined;
  return { id, enqueuedAt, failed, maxAttempts, payload };
}

/** The key the other side deduplicates by: the same for every attempt and replay of a task, well under 255 characters. */
export function idempotencyKeyOf(envelope: Envelope): string {
  return `dabba_${envelope.id}`;
}
