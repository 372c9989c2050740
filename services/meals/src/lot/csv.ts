/** One row as RFC 4180 wants it: CRLF at its end, quotes around what holds a separator, quotes doubled. */
export function csvRow(cells: readonly (string | null)[]): string {
  return `${cells.map((text) => quoted(harmless(text ?? ''))).join(',')}\r\n`;
}

/** A spreadsheet takes what begins like this for a formula and runs it; behind an apostrophe it is text. */
function harmless(text: string): string {
  return /^[=+\-@\t\r\n＝＋－＠]/.test(text) ? `'${text}` : text;
}

function quoted(text: string): string {
  return /[",\r\n;\t]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
