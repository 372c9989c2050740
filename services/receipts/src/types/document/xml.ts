import { SaxesParser, type SaxesTagPlain } from 'saxes';
import type { Document } from '../parse.ts';
import { deepest, mostValues } from './bounds.ts';
import { guard } from './guard.ts';
import { Malformed, placeIn } from './malformed.ts';
import { textOf } from './text.ts';

/** An element that is open: what it holds so far. */
interface Open {
  name: string;
  /** Index of its `<`. */
  at: number;
  members: Record<string, unknown> | undefined;
  text: string;
}

/**
 * One pass: what the parser meets becomes a member of the element it is in. A tax number keeps its leading zeros, since nothing
 * becomes a number. @throws Malformed
 */
export function readXml(bytes: Buffer): Document {
  const text = textOf(bytes, encodingOf(bytes));
  const parser = new SaxesParser({ xmlns: false, defaultXMLVersion: '1.0', forceXMLVersion: true });
  const document: Record<string, unknown> = {};
  const open: Open[] = [];
  let values = 0;

  /** The tag that was just read begins here. */
  const here = () => text.lastIndexOf('<', parser.position - 1);
  const refuse = (detail: string, index: number): never => {
    // It says more, and more exactly, of what is not XML as we read it.
    guard(text);
    throw new Malformed(detail, placeIn(text, Math.max(0, index)));
  };
  const count = () => {
    values += 1;
    if (values > mostValues)
      throw new Malformed(`It holds more than ${mostValues} values.`, { pointer: '#' });
  };

  parser.on('error', ({ message }) => {
    const unclosed = message.includes('unclosed tag') ? open.at(-1) : undefined;
    refuse('It is not well-formed.', unclosed?.at ?? here());
  });
  parser.on('doctype', () => refuse('A document type is not read.', here()));
  parser.on('processinginstruction', () => refuse('Processing instructions are not read.', here()));
  parser.on('opentag', (tag: SaxesTagPlain) => {
    const at = here();
    if (open.length >= deepest - 1) refuse(`It is nested more than ${deepest} deep.`, at);
    // Readers of the document ask it what every object can be asked.
    if (tag.name in Object.prototype) refuse('A name is not allowed.', at);
    count();
    open.push({ name: tag.name, at, members: attributesOf(tag, count), text: '' });
  });
  parser.on('text', (found) => {
    const element = open.at(-1);
    if (element) element.text += found.trim();
  });
  parser.on('cdata', (found) => {
    const element = open.at(-1);
    if (element) element.text += found;
  });
  parser.on('closetag', () => {
    const element = open.pop();
    if (!element) return;
    const parent = open.at(-1);
    if (parent) parent.members ??= {};
    put(parent?.members ?? document, element.name, contentOf(element));
  });
  parser.write(text).close();
  return document;
}

function attributesOf({ attributes }: SaxesTagPlain, count: () => void): Record<string, unknown> | undefined {
  let members: Record<string, unknown> | undefined;
  for (const name in attributes) {
    count();
    members ??= {};
    members[`@${name}`] = attributes[name]?.trim();
  }
  return members;
}

function contentOf({ members, text }: Open): unknown {
  if (members === undefined) return text;
  if (text !== '') members['#text'] = text;
  return members;
}

/** The second of a name makes them an array. */
function put(members: Record<string, unknown>, name: string, value: unknown): void {
  const there = members[name];
  if (there === undefined) members[name] = value;
  else if (Array.isArray(there)) there.push(value);
  else members[name] = [there, value];
}

function encodingOf(bytes: Buffer): string | undefined {
  const start = bytes.subarray(0, 200).toString('latin1');
  return /^(?:\xef\xbb\xbf)?<\?xml[^>?]*\bencoding\s*=\s*["']([\w.-]+)["']/.exec(start)?.[1];
}
