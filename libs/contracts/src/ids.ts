import { v7, validate, version } from 'uuid';

/** A UUIDv7, with a readable prefix where the kind of thing has one (`ord_…`). Sorts by time of making. */
export function newId(prefix?: string): string {
  return prefix === undefined ? v7() : `${prefix}_${v7()}`;
}

/** What may name a stream, device, person or product: printable, no spaces, no separators of topics or paths. */
export const idPattern = '^[A-Za-z0-9][A-Za-z0-9_.:-]{0,99}$';

/** Whether it is one of ours without a prefix: a UUIDv7, which tells when it was made. */
export function isUuid(id: string): boolean {
  return validate(id) && version(id) === 7;
}
