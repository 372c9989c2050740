import { randomBytes } from 'node:crypto';

const names: Readonly<Record<number, string>> = {
  400: 'INVALID_REQUEST',
  401: 'AUTHENTICATION_FAILURE',
  404: 'RESOURCE_NOT_FOUND',
  409: 'RESOURCE_CONFLICT',
  422: 'UNPROCESSABLE_ENTITY',
  429: 'RATE_LIMIT_REACHED',
  500: 'INTERNAL_SERVER_ERROR',
};

/** An error as PayPal answers with it. Thrown by what handles a request. */
export class Failure extends Error {
  override name = 'Failure';
  readonly status: number;
  readonly issue: string;
  readonly field: string | undefined;
  /** What was changed stays changed: an order that waits for its payer says so. */
  readonly keeps: boolean;
  constructor(
    status: number,
    issue: string,
    { field, keeps = false }: { field?: string; keeps?: boolean } = {},
  ) {
    super(issue);
    this.status = status;
    this.issue = issue;
    this.field = field;
    this.keeps = keeps;
  }
}

export const invalid = (issue: string, field: string) => new Failure(400, issue, { field });
export const missing = () => new Failure(404, 'INVALID_RESOURCE_ID');
export const unprocessable = (issue: string) => new Failure(422, issue);

export function newDebugId(): string {
  return randomBytes(6).toString('hex');
}

export function bodyOf({ status, issue, field }: Failure, debug_id: string): string {
  return JSON.stringify({
    name: names[status] ?? 'INTERNAL_SERVER_ERROR',
    message: 'The requested action could not be performed.',
    debug_id,
    details: [{ issue, description: issue, ...(field !== undefined && { field }) }],
    links: [],
  });
}
