import { Malformed, placeIn } from './malformed.ts';

/**
 * Every place in an XML text where something other than elements and text could begin. Comments and CDATA are passed
 * over whole; one that does not end leaves a bare `<!`.
 */
const suspects =
  /<!--[\s\S]*?-->|<!\[CDATA\[[\s\S]*?\]\]>|<!|<\?|&(?:#(\d+|x[\da-fA-F]+);|(amp|lt|gt|quot|apos);)?|[^\t\n\r\x20-\uFFFD]/g;

/**
 * Document types, entities of one's own and processing instructions are not read: they are how a document reaches for
 * files, hosts and memory. What XML 1.0 does not allow as a character is refused with them. @throws Malformed
 */
export function guard(text: string): void {
  for (const { 0: found, 1: reference, 2: entity, index } of text.matchAll(suspects)) {
    const detail = faultOf(found, reference, entity, text, index);
    if (detail !== undefined) throw new Malformed(detail, placeIn(text, index));
  }
}

function faultOf(
  found: string,
  reference: string | undefined,
  entity: string | undefined,
  text: string,
  index: number,
): string | undefined {
  if (found === '<!')
    return 'A document type, a declaration, or a comment or CDATA without an end is not read.';
  if (found === '<?')
    return /^<\?xml\s/.test(text) && index === 0 ? undefined : 'Processing instructions are not read.';
  if (found.startsWith('<') || entity !== undefined) return undefined;
  if (reference !== undefined)
    return isCharacter(codeOf(reference)) ? undefined : 'A character reference names no character.';
  return found === '&'
    ? 'Only the five entities of XML itself are read.'
    : 'A character is not allowed in XML.';
}

/** The number in `&#65;` or `&#x41;`. */
function codeOf(number: string): number {
  return number.startsWith('x') ? Number.parseInt(number.slice(1), 16) : Number(number);
}

/** XML 1.0, production 2. */
function isCharacter(code: number): boolean {
  return (
    code === 0x9 ||
    code === 0xa ||
    code === 0xd ||
    (code >= 0x20 && code <= 0xd7ff) ||
    (code >= 0xe000 && code <= 0xfffd) ||
    (code >= 0x10000 && code <= 0x10ffff)
  );
}
