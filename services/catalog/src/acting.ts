import type { Event } from '@dabba/contracts';
import type { CommandContext, Executed, Loaded, Refusal, StoredAnswer, StreamRef } from '@dabba/event-store';
import {
  etagOf,
  ifMatch,
  type Principal,
  problemFrom,
  requireMetro,
  requireVendor,
  staleVersion,
} from '@dabba/service-kit';
import type { FastifyRequest } from 'fastify';
import type { CatalogDeps } from './parts.ts';
import type { Entry } from './shelf/entry.ts';
import { unknownVendor } from './vendor/decide.ts';
import { type Vendor, vendorRef } from './vendor/vendor.ts';

/** The vendor, where the principal may act for it; 404, 403 otherwise. */
export async function mayActFor(
  { store }: Pick<CatalogDeps, 'store'>,
  principal: Principal,
  vendorId: string,
): Promise<NonNullable<Vendor>> {
  const { state } = await store.load(vendorRef(vendorId));
  if (state === null) throw problemFrom(unknownVendor(vendorId));
  requireVendor(principal, vendorId);
  requireMetro(principal, state.metro);
  return state;
}

interface Change<S, E extends Event> {
  ref: StreamRef<S, E>;
  /** Where this replica keeps such things. */
  entries: { learn(entry: Entry<S>): boolean };
  decide(state: S): readonly E[] | Refusal;
  answer(after: Loaded<S>): StoredAnswer;
}

/**
 * One command on one thing of the catalog: 412 where If-Match names another version; afterwards this replica shows it
 * at once, others hear of it through the topic.
 */
export async function change<S extends object | null, E extends Event>(
  { store, shelf }: Pick<CatalogDeps, 'store' | 'shelf'>,
  request: FastifyRequest,
  context: CommandContext,
  { ref, entries, decide, answer }: Change<S, E>,
): Promise<Executed<Loaded<S>> | Refusal> {
  const seen = ifMatch(request);
  const outcome = await store.execute(
    ref,
    (state, version) => staleVersion(seen, version) ?? decide(state),
    context,
    { answer },
  );
  if (!outcome.refused && outcome.result) {
    const { state, version } = outcome.result;
    shelf.learn(entries, { id: ref.id, version, state });
  }
  return outcome;
}

/** An answer with the thing as it is now, and the tag of its version. */
export function answerWith(status: number, version: number, body: object, location?: string): StoredAnswer {
  return { status, headers: { etag: etagOf(version), ...(location !== undefined && { location }) }, body };
}
