import { type Fault, Problem } from './problem.ts';
import { badText, pointerTo } from './text.ts';

const deepest = 64;
const mostValues = 20_000;
const utf8 = new TextDecoder('utf-8', { fatal: true });
const token = /"[^"\\]*(?:\\.[^"\\]*)*"|[{}[\],:]/g;

interface Level {
  /** Names seen so far in an object; undefined for an array. */
  names: Set<string> | undefined;
  at: string | number;
  expectsName: boolean;
}

/**
 * JSON as I-JSON wants it (RFC 7493), and safe to keep: valid UTF-8, no name twice in an object, no NUL or half
 * surrogate (Postgres and Avro refuse them long after the door), no `__proto__`, bounded depth and number of values.
 * Throws a 400 Problem that points at what is wrong.
 */
export function parseJson(bytes: Buffer): unknown {
  const text = decoded(bytes);
  const value = parsed(text);
  inspect(text);
  return value;
}

function decoded(bytes: Buffer): string {
  try {
    return utf8.decode(bytes);
  } catch {
    throw malformed('The body is not UTF-8.');
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw malformed(text.trim() === '' ? 'The body is empty.' : 'The body is not JSON.');
  }
}

/** Walks the tokens of a text that is known to be JSON; a parsed value no longer shows names given twice. */
function inspect(text: string): void {
  const levels: Level[] = [];
  let values = 0;
  for (const [word] of text.matchAll(token)) {
    const level = levels.at(-1);
    if (word === '{' || word === '[') {
      if (levels.length === deepest) throw hostile(levels, `Nested more than ${deepest} deep.`);
      levels.push({ names: word === '{' ? new Set() : undefined, at: 0, expectsName: word === '{' });
    } else if (word === '}' || word === ']') levels.pop();
    else if (word === ',' && level) {
      if (++values > mostValues) throw hostile([], `More than ${mostValues} values.`);
      if (level.names) level.expectsName = true;
      else level.at = Number(level.at) + 1;
    } else if (word.startsWith('"')) inspectString(String(JSON.parse(word)), levels);
  }
}

function inspectString(string: string, levels: readonly Level[]): void {
  const level = levels.at(-1);
  if (level?.names && level.expectsName) {
    level.at = string;
    level.expectsName = false;
    if (level.names.has(string)) throw hostile(levels, 'The name is there twice.');
    if (string === '__proto__') throw hostile(levels, 'The name __proto__ is not allowed.');
    level.names.add(string);
  }
  const fault = badText(string);
  if (fault !== undefined) throw hostile(levels, fault);
}

function malformed(detail: string): Problem {
  return new Problem({ status: 400, code: 'malformed-json', detail });
}

function hostile(levels: readonly Level[], detail: string): Problem {
  const errors: Fault[] = [{ in: 'body', pointer: pointerTo(levels.map((level) => level.at)), detail }];
  return new Problem({
    status: 400,
    code: 'unacceptable-json',
    detail: 'The body holds what we cannot keep.',
    errors,
  });
}
