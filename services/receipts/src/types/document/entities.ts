const named: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };
const reference = /&(?:#(\d+|x[\da-fA-F]+)|(amp|lt|gt|quot|apos));/g;

/** The number in `&#65;` or `&#x41;`. */
export function codeOf(number: string): number {
  return number.startsWith('x') ? Number.parseInt(number.slice(1), 16) : Number(number);
}

/** For a parser that can be taught no other: what XML itself names, each once, never what an entity expands to. */
export const entityDecoder = {
  setExternalEntities() {},
  addInputEntities() {},
  setXmlVersion() {},
  reset() {},
  decode(text: string): string {
    if (!text.includes('&')) return text;
    return text.replace(reference, (_, number: string | undefined, name: string | undefined) =>
      number === undefined ? (named[name ?? ''] ?? '') : String.fromCodePoint(codeOf(number)),
    );
  },
};
