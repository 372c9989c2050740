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
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === colon) members++;
    else if (code === quote) at = endOfString(text, at + 1);
  }
  return members;
}

const quote = 34;
const colon = 58;
const backslash = 92;

function endOfString(text: string, from: number): number {
  let at = from;
  for (let code = text.charCodeAt(at); code !== quote; code = text.charCodeAt(at))
    at += code === backslash ? 2 : 1;
  return at;
}

function isObject(value: unknown): value is Document {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
