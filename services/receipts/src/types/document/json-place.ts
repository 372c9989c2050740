const token =
  /\s*(?:("(?:[^"\\\p{Cc}]|\\(?:["\\/bfnrt]|u[\da-fA-F]{4}))*")|(-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)|([{}[\],:]))/uy;

type Wanted = 'value' | 'value or end' | 'name' | 'name or end' | 'colon' | 'comma or end' | 'nothing';

/**
 * Index of the first character at which a text stops being JSON. V8 names the position of some faults only, and quotes
 * the text for the others.
 */
export function jsonFaultAt(text: string): number {
  const open: string[] = [];
  let wanted: Wanted = 'value';
  let at = 0;
  for (;;) {
    token.lastIndex = at;
    const found = token.exec(text);
    const word = found?.[3] ?? (found?.[1] === undefined ? 'scalar' : 'string');
    const next: Wanted | undefined | null = found && follow(wanted, word, open);
    if (!next) return at + (/^[\t\n\r ]*/.exec(text.slice(at))?.[0].length ?? 0);
    wanted = next;
    at = token.lastIndex;
  }
}

function follow(wanted: Wanted, word: string, open: string[]): Wanted | undefined {
  const isEnd = wanted.endsWith('or end');
  if (isEnd && word === (open.at(-1) === '{' ? '}' : ']')) {
    open.pop();
    return open.length === 0 ? 'nothing' : 'comma or end';
  }
  if (wanted === 'comma or end' && word === ',') return open.at(-1) === '{' ? 'name' : 'value';
  if (wanted === 'colon' && word === ':') return 'value';
  if (wanted.startsWith('name') && word === 'string') return 'colon';
  if (!wanted.startsWith('value')) return undefined;
  if (word === '{' || word === '[') {
    open.push(word);
    return word === '{' ? 'name or end' : 'value or end';
  }
  if (word !== 'string' && word !== 'scalar') return undefined;
  return open.length === 0 ? 'nothing' : 'comma or end';
}
