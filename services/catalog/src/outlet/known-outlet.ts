import { problemFrom } from '@dabba/service-kit';
import type { CatalogDeps } from '../parts.ts';
import type { Entry } from '../shelf/entry.ts';
import { unknownOutlet } from './decide.ts';
import { type Outlet, type OutletKind, outletRef } from './outlet.ts';

/** The two names of an outlet. */
export const kinds = [
  { kind: 'STORE', path: 'stores', prefix: 'sto', one: 'a store' },
  { kind: 'TRUCK', path: 'trucks', prefix: 'trk', one: 'a truck' },
] as const;

export type Names = (typeof kinds)[number];

/** From memory; what is not there may have been made a moment ago elsewhere, so the store is asked then. 404. */
export async function theOutlet({ shelf, store }: CatalogDeps, id: string, kind: OutletKind) {
  const kept: Entry<Outlet> | undefined = shelf.outlets.get(id);
  const entry = kept ?? { id, ...(await store.load(outletRef(id))) };
  const outlet = entry.state;
  if (outlet === null || outlet.removed || outlet.kind !== kind) throw problemFrom(unknownOutlet(id));
  return { entry, outlet };
}
