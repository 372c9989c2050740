import { column } from '../postgres/columns.ts';
import { type Queryable, rows } from '../postgres/query.ts';
import type { StoredAnswer } from '../types.ts';
import type { AppendResult, PreparedCommand } from './command.ts';

interface Skipped {
  command: number;
  outcome: 'conflict' | 'applied' | 'replayed';
  position: number | null;
  hash?: string;
  answer?: StoredAnswer | null;
}

interface Row {
  first_position: number | null;
  skipped: Skipped[] | null;
}

const text = `select first_position, skipped from dabba.append_batch(${Array.from({ length: 32 }, (_, i) => `$${i + 1}`).join(', ')})`;

/** Appends a batch in one transaction; results by place. The order of events is the order of their positions (E3). */
export async function callAppend(
  on: Queryable,
  commands: readonly PreparedCommand[],
  wake: boolean,
): Promise<AppendResult[]> {
  const [row] = await rows<Row>(on, { name: 'dabba-append', text, values: valuesOf(commands, wake) });
  if (!row) throw new Error('append_batch gave no row');
  const skipped = new Map(row.skipped?.map((one) => [one.command, one]));
  let next = row.first_position ?? 0;
  return commands.map((command, place) => {
    const one = skipped.get(place);
    if (one) return resultOf(one);
    next += command.events.length;
    return { outcome: 'applied', position: command.events.length > 0 ? next - 1 : undefined };
  });
}

function resultOf(skipped: Skipped): AppendResult {
  switch (skipped.outcome) {
    case 'applied':
      return { outcome: 'applied', position: skipped.position ?? undefined };
    case 'conflict':
      return { outcome: 'conflict' };
    case 'replayed':
      return { outcome: 'replayed', hash: skipped.hash ?? '', answer: skipped.answer ?? undefined };
  }
}

function valuesOf(commands: readonly PreparedCommand[], wake: boolean): unknown[] {
  const writes = commands.flatMap(({ writes }, command) => writes.map((write) => ({ ...write, command })));
  const events = commands.flatMap(({ events }, command) => events.map((event) => ({ ...event, command })));
  const tasks = commands.flatMap(({ tasks }, command) => tasks.map((task) => ({ command, task })));
  return [
    column.int4(writes.map((write) => write.command)),
    column.text(writes.map((write) => write.stream)),
    column.text(writes.map((write) => write.type)),
    column.text(writes.map((write) => write.metro)),
    column.int2(writes.map((write) => write.partition)),
    column.int4(writes.map((write) => write.expected)),
    column.int4(writes.map((write) => write.added)),
    column.jsonb(writes.map((write) => write.state)),
    column.int4(writes.map((write) => write.revision)),
    column.uuid(writes.map((write) => write.first)),
    column.int4(events.map((event) => event.command)),
    column.text(events.map((event) => event.stream)),
    column.int4(events.map((event) => event.version)),
    column.uuid(events.map((event) => event.id)),
    column.text(events.map((event) => event.type)),
    column.text(events.map((event) => event.streamType)),
    column.text(events.map((event) => event.metro)),
    column.int2(events.map((event) => event.partition)),
    column.text(events.map((event) => event.schema)),
    column.bytea(events.map((event) => event.data)),
    column.jsonb(events.map((event) => event.headers)),
    column.int8(events.map((event) => event.time)),
    ...keyColumns(commands),
    tasks.length > 0 ? JSON.stringify(tasks) : null,
    wake,
  ];
}

function keyColumns(commands: readonly PreparedCommand[]): (Buffer | null)[] {
  const keyed = commands.flatMap(({ id, key, answer, time }, command) =>
    key === undefined ? [] : [{ command, id, ...key, answer, time }],
  );
  if (keyed.length === 0) return Array.from({ length: 8 }, () => null);
  return [
    column.int4(keyed.map(({ command }) => command)),
    column.uuid(keyed.map(({ id }) => id)),
    column.text(keyed.map(({ principal }) => principal)),
    column.text(keyed.map(({ route }) => route)),
    column.text(keyed.map(({ key }) => key)),
    column.text(keyed.map(({ bodyHash }) => bodyHash)),
    column.jsonb(keyed.map(({ answer }) => (answer === undefined ? null : JSON.stringify(answer)))),
    column.int8(keyed.map(({ time }) => time)),
  ];
}
