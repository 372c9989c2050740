/** What a program that opens a spreadsheet makes of it, by RFC 4180: the first row names the columns of the others. */
export function spreadsheet(text: string): Record<string, string>[] {
  const [head = [], ...rows] = rowsOf(text);
  return rows.map((cells) => {
    if (cells.length !== head.length) throw new Error(`A row of ${cells.length} cells under ${head.length}`);
    return Object.fromEntries(head.map((name, at) => [name, cells[at] ?? '']));
  });
}

function rowsOf(text: string): string[][] {
  const rows: string[][] = [];
  let cells: string[] = [];
  // A cell, bare or in quotes, and what ends it.
  for (const [, quoted, bare = '', end = ''] of text.matchAll(
    /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n|$)/g,
  )) {
    if (quoted === undefined && bare === '' && end === '' && cells.length === 0) break;
    cells.push(quoted?.replaceAll('""', '"') ?? bare);
    if (end === ',') continue;
    rows.push(cells);
    cells = [];
  }
  return rows;
}
