import { column } from '../postgres/columns.ts';
import { type Queryable, rows } from '../postgres/query.ts';
import type { PreparedStatement } from '../postgres/together.ts';
import type { StoredAnswer, TaskRequest } from '../types.ts';
import type { AppendResult, NewEvent, PreparedCommand, StreamWrite } from './command.ts';

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

const appended = `dabba.append_batch(${Array.from({ length: 32 }, (_, i) => `$${i + 1}`).join(', ')})`;
const text = `select first_position, skipped from ${appended}`;

/** SQLSTATE of a lost race. */
export const lostRace = 'DAB01';

/** As {@link callAppend}, to go with the commit of its transaction: fails with {@link lostRace} instead of passing over. */
export function appendOrFail(command: PreparedCommand, wake: boolean): PreparedStatement {
  return {
    text: `select dabba.none_skipped(skipped) from ${appended}`,
    values: valuesOf([command], wake),
  };
}

/** For a decision that appends nothing: fails with {@link lostRace} where a stream is not as it was decided on. */
export function unmovedOrFail({ writes }: Pick<PreparedCommand, 'writes'>): PreparedStatement {
  return {
    text: 'select dabba.unmoved($1, $2)',
    values: [
      column.text(writes.map(({ stream }) => stream)),
      column.int4(writes.map(({ expected }) => expected)),
    ],
  };
}

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

function valuesOf(commands: readonly PreparedCommand[], wake: boolean): (string | Buffer | null)[] {
  const writes: StreamWrite[] = [];
  const writers: number[] = [];
  const events: NewEvent[] = [];
  const deciders: number[] = [];
  const tasks: { command: number; task: TaskRequest }[] = [];
  for (const [place, command] of commands.entries()) {
    for (const write of command.writes) {
      writes.push(write);
      writers.push(place);
    }
    for (const event of command.events) {
      events.push(event);
      deciders.push(place);
    }
    for (const task of command.tasks) tasks.push({ command: place, task });
  }
  return [
    column.int4(writers),
    column.text(writes.map(({ stream }) => stream)),
    column.text(writes.map(({ type }) => type)),
    column.text(writes.map(({ metro }) => metro)),
    column.int2(writes.map(({ partition }) => partition)),
    column.int4(writes.map(({ expected }) => expected)),
    column.int4(writes.map(({ added }) => added)),
    column.jsonb(writes.map(({ state }) => state)),
    column.int4(writes.map(({ revision }) => revision)),
    column.uuid(writes.map(({ first }) => first)),
    column.int4(deciders),
    column.text(events.map(({ stream }) => stream)),
    column.int4(events.map(({ version }) => version)),
    column.uuid(events.map(({ id }) => id)),
    column.text(events.map(({ type }) => type)),
    column.text(events.map(({ streamType }) => streamType)),
    column.text(events.map(({ metro }) => metro)),
    column.int2(events.map(({ partition }) => partition)),
    column.text(events.map(({ schema }) => schema)),
    column.bytea(events.map(({ data }) => data)),
    column.jsonb(events.map(({ headers }) => headers)),
    column.int8(events.map(({ time }) => time)),
    ...keyColumns(commands),
    tasks.length > 0 ? JSON.stringify(tasks) : null,
    String(wake),
  ];
}

const noKeys = Array.from({ length: 8 }, () => null);

function keyColumns(commands: readonly PreparedCommand[]): (Buffer | null)[] {
  const keyed = commands.flatMap(({ id, key, answer, time }, command) =>
    key === undefined ? [] : [{ command, id, ...key, answer, time }],
  );
  if (keyed.length === 0) return noKeys;
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
