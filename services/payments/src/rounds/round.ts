/** Something that has to be looked after, since nobody tells of it. */
export interface Round {
  name: string;
  /** Milliseconds between the end of one and the beginning of the next. */
  every: number;
  make(signal: AbortSignal): Promise<unknown>;
}

/** One error of several. */
export function allOf(errors: readonly unknown[]): AggregateError {
  return new AggregateError(errors, errors.map(messageOf).join('; '));
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}
