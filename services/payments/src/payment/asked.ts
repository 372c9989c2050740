import type { Executed, Refusal } from '@dabba/event-store';
import type { StoreDeps } from '@dabba/service-kit';
import type { Parts } from '../parts.ts';
import { onceKnown } from './once-known.ts';
import { presenter } from './presenter.ts';

/** Milliseconds for which a payment can be made where nothing else is said; after that it has to be asked for anew. */
export const payableFor = 900_000;

/** What is kept for who asks under the same key again. */
export const asked = {
  answer: ({ id }: { id: string }) => ({
    status: 201,
    headers: { location: `/api/v1/payments/${id}` },
    body: { id },
  }),
};

/** The answer to who asked for a payment. The secret is in no answer that is kept: it is asked for anew each time. */
export function withSecret(deps: StoreDeps, parts: Parts) {
  const present = presenter(deps, parts);
  return async (done: Executed<{ id: string }> | Refusal) => {
    if (done.refused || done.answer === undefined) return done;
    const { id }: { id: string } = Object(done.answer.body);
    const body = await present(id, await onceKnown(parts.desk, id), true);
    return { ...done, answer: { ...done.answer, body } };
  };
}
