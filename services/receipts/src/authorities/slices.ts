/** Longest line of an answer that is kept word for word, in characters. */
const longest = 16_384;

/** The texts of the elements of an array that is a member of the outermost object, as they stand. @param text of valid JSON */
export function elementsOf(text: string, member: string): string[] {
  let found: string[] = [];
  const name = JSON.stringify(member);
  let depth = 0;
  let key = '';
  let within = false;
  let from = -1;
  for (const { 0: token, index } of text.matchAll(/"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s{}[\],:"]+/g)) {
    const closes = token === ']' || token === '}';
    if (closes) depth -= 1;
    if (within && (depth === 1 || (depth === 2 && token === ','))) {
      if (from >= 0) found.push(text.slice(from, index).trimEnd());
      from = -1;
      if (depth === 1) within = false;
    } else if (within && depth === 2 && from < 0) from = index;
    else if (depth === 1 && token === '[' && key === name) {
      within = true;
      found = [];
    }
    if (depth === 1 && token.startsWith('"')) key = token;
    if (depth === 1 && token === ',') key = '';
    if (token === '[' || token === '{') depth += 1;
  }
  return found.map(kept);
}

/** The texts of all elements of this name, as they stand; they do not nest. @param text of valid XML */
export function tagsOf(text: string, name: string): string[] {
  const attributes = `(?:[^>"'/]|"[^"]*"|'[^']*'|/(?!>))*`;
  const tag = new RegExp(`<${name}(?=[\\s/>])${attributes}(?:/>|>[\\s\\S]*?</${name}\\s*>)`, 'g');
  const plain = text.replaceAll(/<!--[\s\S]*?-->/g, '');
  return [...plain.matchAll(tag)].map(([whole]) => kept(whole));
}

function kept(text: string): string {
  return text.slice(0, longest);
}
