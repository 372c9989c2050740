import type { Refusal } from '@dabba/event-store';
import { readJson } from './document/json.ts';
import { Malformed } from './document/malformed.ts';
import { readXml } from './document/xml.ts';
import type { Format } from './port.ts';

/** A document as its type's schema and rules see it, whatever it was written in. */
export type Document = Readonly<Record<string, unknown>>;

/**
 * Raw bytes as a JSON value. XML becomes: an element a member named as it is, several of one name an array, its
 * attributes `@name`, its text a string, or `#text` beside attributes or children; nothing becomes a number.
 * Refusal 400 `malformed-document`, whose `place` is `{line, column}`, `{offset}` in bytes, or a `{pointer}`.
 */
export function parseDocument(format: Format, bytes: Buffer): { document: Document } | Refusal {
  try {
    return { document: format === 'JSON' ? readJson(bytes) : readXml(bytes) };
  } catch (error) {
    if (!(error instanceof Malformed)) throw error;
    const { message: detail, place } = error;
    return { refused: true, status: 400, code: 'malformed-document', detail, extra: { place } };
  }
}
