import { XMLParser, XMLValidator } from 'fast-xml-parser';
import type { Document } from '../parse.ts';
import { deepest, measure } from './bounds.ts';
import { entityDecoder } from './entities.ts';
import { guard } from './guard.ts';
import { Malformed, placeIn } from './malformed.ts';
import { textOf } from './text.ts';

const parser = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: '@',
  textNodeName: '#text',
  ignoreDeclaration: true,
  // A tax number keeps its leading zeros.
  parseTagValue: false,
  parseAttributeValue: false,
  entityDecoder,
  maxNestedTags: deepest - 1,
  jPath: false,
});

const words: Readonly<Record<string, string>> = {
  InvalidTag: 'A tag is malformed, left open, or closed by another.',
  InvalidAttr: 'An attribute is malformed or repeated.',
  InvalidChar: 'A character is not allowed here.',
};

/** @throws Malformed */
export function readXml(bytes: Buffer): Document {
  const text = textOf(bytes, encodingOf(bytes));
  guard(text);
  const valid = XMLValidator.validate(text);
  if (valid !== true) {
    const { code, line, col } = valid.err;
    // The library's own words quote the document.
    throw new Malformed(words[code] ?? 'The document is not XML.', { line, column: col ?? 1 });
  }
  const document = parsed(text);
  if (!hasOneRoot(document, text))
    throw new Malformed('There is something beside the root element.', { pointer: '#' });
  const measured = measure(document);
  if ('fault' in measured) throw new Malformed(measured.fault, { pointer: '#' });
  return document;
}

function parsed(text: string): Document {
  try {
    const document: Document = parser.parse(text);
    return document;
  } catch {
    throw tooDeep(text) ?? new Malformed('A name is not allowed.', { pointer: '#' });
  }
}

/** The validator lets pass what stands beside a root that closes itself. */
function hasOneRoot(document: Document, text: string): boolean {
  const roots = Object.values(document);
  return (
    roots.length === 1 && !Array.isArray(roots[0]) && text.slice(text.lastIndexOf('>') + 1).trim() === ''
  );
}

function encodingOf(bytes: Buffer): string | undefined {
  const start = bytes.subarray(0, 200).toString('latin1');
  return /^(?:\xef\xbb\xbf)?<\?xml[^>?]*\bencoding\s*=\s*["']([\w.-]+)["']/.exec(start)?.[1];
}

const tag = /<(?:!--[\s\S]*?-->|!\[CDATA\[[\s\S]*?\]\]>|\?|(\/?)(?:"[^"]*"|'[^']*'|[^"'>])*>)/g;

function tooDeep(text: string): Malformed | undefined {
  let depth = 0;
  for (const { 0: written, 1: closing, index } of text.matchAll(tag)) {
    if (closing === '/') depth--;
    else if (closing === '' && !written.endsWith('/>') && ++depth >= deepest)
      return new Malformed(`It is nested more than ${deepest} deep.`, placeIn(text, index));
  }
  return undefined;
}
