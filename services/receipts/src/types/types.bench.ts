import { Book } from './book/book.ts';
import { compileType } from './definition/compile.ts';
import { sampleBytes } from './definition/sample.ts';
import { parseDocument } from './parse.ts';
import { shippedTypes } from './shipped/index.ts';

/** Microseconds of processor time a call takes, whatever else the machine does. */
function cost(work: () => void, calls = 5_000): number {
  for (let warm = 0; warm < calls; warm++) work();
  const before = process.cpuUsage();
  for (let call = 0; call < calls; call++) work();
  const { user, system } = process.cpuUsage(before);
  return Math.round((user + system) / calls);
}

const definitions = await shippedTypes();
const book = new Book(definitions.map((definition) => compileType(definition, 1)));
const receivedAt = Date.UTC(2026, 10, 21);
const rows = definitions.map((definition) => {
  const { type, format } = definition;
  const raw = sampleBytes(definition);
  const parsed = parseDocument(format, raw);
  if ('refused' in parsed) throw new Error(parsed.detail);
  return {
    type,
    format,
    bytes: raw.length,
    'parse, µs': cost(() => parseDocument(format, raw)),
    'recognise, µs': cost(() => book.recognise(format, parsed.document)),
    'judge, µs': cost(() => book.judge(type, format, parsed.document, receivedAt)),
  };
});
console.table(rows);
