import { isRefusal, type Refusal, refuse } from '@dabba/event-store';
import type { Format } from '../types/port.ts';

/** One document of a batch. */
export interface Line {
  /** From 1. */
  line: number;
  format: Format;
  raw: Buffer;
}

/** Most documents in one request. */
const most = 1_000;
const newline = 10;

/**
 * NDJSON: a JSON document a line as its bytes stand there, or a JSON string that holds an XML one. Empty lines are passed over.
 * A line that is too long is a refusal in its place.
 */
export function linesOf(
  body: Buffer,
  maxBytes: number,
): readonly (Line | { line: number; refusal: Refusal })[] | Refusal {
  const lines: (Line | { line: number; refusal: Refusal })[] = [];
  let from = 0;
  for (let line = 1; from < body.length; line++) {
    const end = body.indexOf(newline, from);
    const to = end === -1 ? body.length : end;
    const raw = trimmed(body.subarray(from, to));
    from = to + 1;
    if (raw.length === 0) continue;
    if (lines.length === most)
      return refuse(413, 'too-many-documents', `A batch holds up to ${most} documents`);
    lines.push(lineOf(line, raw, maxBytes));
  }
  if (lines.length === 0)
    return refuse(400, 'malformed-document', 'The batch is empty', { place: { line: 1 } });
  return lines;
}

function lineOf(line: number, raw: Buffer, maxBytes: number): Line | { line: number; refusal: Refusal } {
  const document = raw[0] === 0x22 ? xmlIn(raw) : ({ format: 'JSON', raw } as const);
  if (isRefusal(document)) return { line, refusal: document };
  if (document.raw.length > maxBytes)
    return { line, refusal: refuse(413, 'body-too-large', `A document has up to ${maxBytes} bytes`) };
  return { line, ...document };
}

function xmlIn(raw: Buffer): { format: 'XML'; raw: Buffer } | Refusal {
  try {
    return { format: 'XML', raw: Buffer.from(String(JSON.parse(raw.toString('utf8')))) };
  } catch {
    return refuse(400, 'malformed-document', 'The line is not JSON');
  }
}

/** Without the carriage return and spaces around it. */
function trimmed(bytes: Buffer): Buffer {
  let from = 0;
  let to = bytes.length;
  while (from < to && isSpace(bytes[from])) from++;
  while (to > from && isSpace(bytes[to - 1])) to--;
  return bytes.subarray(from, to);
}

function isSpace(byte: number | undefined): boolean {
  return byte === 32 || byte === 13 || byte === 9;
}
