/** Of the columns below; readers of another version say so instead of guessing. */
export const schemaVersion = 1;

const plain = {
  id: 'varchar',
  client: 'varchar',
  metro: 'varchar',
  type: 'varchar',
  format: 'varchar',
  version: 'integer',
  status: 'varchar',
  received_at: 'timestamptz',
  accepted_at: 'timestamptz',
  number: 'varchar',
  issued_at: 'timestamptz',
  seller: 'varchar',
  total: 'bigint',
  currency: 'varchar',
} as const;

/** Lists, which reach the stage as JSON text. */
const lists = {
  checks: 'varchar[]',
  failures: 'struct(rule varchar, pointer varchar, detail varchar)[]',
  registrations:
    'struct(authority varchar, status varchar, external_ref varchar, reason varchar, attempts integer, answered_at bigint)[]',
  acknowledgements: 'struct(authority varchar, outcome varchar, answered_at bigint, body varchar)[]',
} as const;

const bytes = { hash: 'blob', raw: 'blob' } as const;

const ddl = (columns: Readonly<Record<string, string>>) =>
  Object.entries(columns).map(([name, type]) => `${name} ${type}`);

/** Where rows are gathered before they are sorted; `digest` is that of the row where it came from. */
export const stageTable = `create table stage (${[
  ...ddl(plain),
  ...Object.keys(lists).map((name) => `${name} varchar`),
  ...ddl(bytes),
  'digest blob',
].join(', ')})`;

/** Rows of the stage as files have them. */
export const fileColumns = [
  ...Object.keys(plain),
  ...Object.entries(lists).map(([name, type]) => `${name}::json::${type} as ${name}`),
  ...Object.keys(bytes),
].join(', ');

/** A row of a file in values that JavaScript has. */
export const readColumns = [
  ...Object.entries(plain).map(([name, type]) => {
    if (type === 'timestamptz') return `epoch_ms(${name})::double as ${name}`;
    return type === 'bigint' ? `${name}::double as ${name}` : name;
  }),
  ...Object.keys(lists).map((name) => `to_json(${name})::varchar as ${name}`),
  ...Object.keys(bytes),
].join(', ');

/** The order within a day: a client's interval is one place. */
export const order = 'client, received_at, id';
