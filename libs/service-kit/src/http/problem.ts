import type { Refusal } from '@dabba/event-store';

/** One thing that is wrong with a request: a JSON pointer into that part of it, and what is wrong there. */
export interface Fault {
  in: 'body' | 'query' | 'path' | 'headers';
  /** `#/items/0/sku` */
  pointer: string;
  detail: string;
}

export interface ProblemInit {
  status: number;
  /** `malformed-json`; stable, ends the problem's `type`. */
  code: string;
  detail: string;
  errors?: readonly Fault[];
  /** Extension members. */
  extra?: Readonly<Record<string, unknown>>;
  /** Seconds. */
  retryAfter?: number;
  headers?: Readonly<Record<string, string>>;
}

/** Thrown at the edge, where there is no outcome to return: becomes the problem document as it stands. */
export class Problem extends Error {
  override name = 'Problem';
  readonly init: ProblemInit;
  constructor(init: ProblemInit) {
    super(init.detail);
    this.init = init;
  }
}

export function problemFrom(refusal: Refusal): Problem {
  const { status, code, detail, extra, retryAfter } = refusal;
  return new Problem({
    status,
    code,
    detail,
    ...(extra && { extra }),
    ...(retryAfter !== undefined && { retryAfter }),
  });
}

export const problemType = 'application/problem+json; charset=utf-8';

/** RFC 9457. The title is the code in words: it does not change from one occurrence to the next. */
export function problemDocument(problem: ProblemInit, instance: string, traceid: string | undefined) {
  const words = problem.code.replaceAll('-', ' ');
  return {
    ...problem.extra,
    type: `https://dabba.dev/problems/${problem.code}`,
    title: words.charAt(0).toUpperCase() + words.slice(1),
    status: problem.status,
    detail: problem.detail,
    instance,
    code: problem.code,
    ...(traceid !== undefined && { traceid }),
    ...(problem.errors?.length && { errors: problem.errors }),
  };
}
