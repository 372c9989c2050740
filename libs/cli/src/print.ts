/** A command that found something wrong: its sentence is printed and the exit code is 1. */
export class Failed extends Error {
  override name = 'Failed';
}

/** For machines: one JSON value on standard output. */
export function printJson(value: unknown): void {
  console.log(JSON.stringify(value, null, 2));
}

/** For people: columns as wide as they need to be. */
export function printTable(rows: readonly object[], nothing: string): void {
  const [first] = rows;
  if (!first) {
    console.log(nothing);
    return;
  }
  const cells = [Object.keys(first), ...rows.map((row) => Object.values(row).map(cell))];
  const columns = Object.keys(first);
  const widths = columns.map((_, at) => Math.max(...cells.map((row) => row[at]?.length ?? 0)));
  for (const row of cells)
    console.log(
      row
        .map((text, at) => text.padEnd(widths[at] ?? 0))
        .join('  ')
        .trimEnd(),
    );
}

/** Progress of long work, on standard error so that output stays clean; one line rewritten on a terminal. */
export function progress(text: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\u001b[K${text}`);
}

export function progressDone(): void {
  if (process.stderr.isTTY) process.stderr.write('\r\u001b[K');
}

function cell(value: unknown): string {
  if (value === undefined || value === null) return '-';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
