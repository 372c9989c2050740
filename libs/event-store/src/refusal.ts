import type { Refusal } from './types.ts';

/** `refuse(409, 'meal-expired', 'The meal expired at 14:00')`. */
export function refuse(
  status: number,
  code: string,
  detail: string,
  extra?: Readonly<Record<string, unknown>>,
): Refusal {
  return extra === undefined
    ? { refused: true, status, code, detail }
    : { refused: true, status, code, detail, extra };
}

/** A 503 that says when to come back. */
export function refuseForNow(code: string, detail: string, retryAfter = 1): Refusal {
  return { refused: true, status: 503, code, detail, retryAfter };
}

export function isRefusal(value: unknown): value is Refusal {
  return typeof value === 'object' && value !== null && 'refused' in value && value.refused === true;
}
