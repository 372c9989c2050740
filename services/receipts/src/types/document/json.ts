import { Problem, parseJson } from '@dabba/service-kit';
import type { Document } from '../parse.ts';
import { measure } from './bounds.ts';
import { jsonFaultAt } from './json-place.ts';
import { Malformed, placeIn } from './malformed.ts';
import { textOf } from './text.ts';

/** I-JSON (RFC 7493). An object is asked for. @throws Malformed */
export function readJson(bytes: Buffer): Document {
  const text = textOf(bytes);
  const document = parsed(text);
  if (!isObject(document)) throw new Malformed('The document is not an object.', { pointer: '#' });
  const measured = measure(document);
  // The thorough reader is ten times slower: it is asked only where something is wrong, to say what and where.
  if ('fault' in measured || measured.members !== membersIn(text)) refuse(bytes);
  return document;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Malformed('The document is not JSON.', placeIn(text, jsonFaultAt(text)));
  }
}

function refuse(bytes: Buffer): never {
  try {
    parseJson(bytes);
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    const [fault] = error.init.errors ?? [];
    throw new Malformed(fault?.detail ?? error.init.detail, { pointer: fault?.pointer ?? '#' });
  }
  throw new Error('A document was measured and read differently');
}

/** Members as the text has them: names given twice count twice, while the parsed value keeps the last only. */
function membersIn(text: string): number {
  let members = 0;
  // From string to string, of what is known to be JSON: only behind a name comes a colon.
  for (let at = text.indexOf('"'); at !== -1; at = text.indexOf('"', at)) {
    at = endOfString(text, at) + 1;
    while (isSpace(text.charCodeAt(at))) at++;
    if (text.charCodeAt(at) === colon) members++;
  }
  return members;
}

const colon = 58;
const backslash = 92;

/** Index of the quote that ends what begins at another: one behind an even number of backslashes. */
function endOfString(text: string, begin: number): number {
  for (let end = text.indexOf('"', begin + 1); ; end = text.indexOf('"', end + 1)) {
    let before = end - 1;
    while (text.charCodeAt(before) === backslash) before--;
    if ((end - before) % 2 === 1) return end;
  }
}

function isSpace(code: number): boolean {
  return code === 32 || code === 10 || code === 13 || code === 9;
}

function isObject(value: unknown): value is Document {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
