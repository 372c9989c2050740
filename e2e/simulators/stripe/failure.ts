import type { PaymentIntent } from './objects.ts';

interface Said {
  type: 'api_error' | 'card_error' | 'idempotency_error' | 'invalid_request_error' | 'rate_limit_error';
  code?: string;
  decline_code?: string;
  message: string;
  param?: string;
  charge?: string;
  payment_intent?: PaymentIntent;
}

/** An error object as Stripe answers with it. Thrown by what handles a request. */
export class Failure extends Error {
  override name = 'Failure';
  readonly status: number;
  readonly said: Said;
  /** What was changed stays changed: a declined card leaves its failed charge. */
  readonly keeps: boolean;
  constructor(status: number, said: Said, keeps = false) {
    super(said.message);
    this.status = status;
    this.said = said;
    this.keeps = keeps;
  }
}

export function missing(what: string, id: string, param = 'id'): Failure {
  const message = `No such ${what}: '${id}'`;
  return new Failure(404, { type: 'invalid_request_error', code: 'resource_missing', message, param });
}

export function invalid(message: string, param?: string, code?: string): Failure {
  return new Failure(400, {
    type: 'invalid_request_error',
    message,
    ...(code !== undefined && { code }),
    ...(param !== undefined && { param }),
  });
}
