import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { topics as allTopics } from '@dabba/contracts';
import type { Kafka } from '@dabba/kafka';
import pg from 'pg';
import { type CardData, cardDataIn } from './find.ts';

export interface Places {
  /** Each with all of its tables. */
  databases: readonly string[];
  kafka: Kafka;
  /** All there are where none are named. */
  topics?: readonly string[];
  /** Files, or lines that were kept. */
  logs: readonly string[];
  lines?: readonly string[];
}

export interface Looked {
  found: { where: string; kind: CardData; shown: string }[];
  /** What was looked at, so that nobody is content with having looked at nothing. */
  rows: number;
  records: number;
  lines: number;
}

/** S1-SEC-05, S2-PAY-05: every row, every record's bytes and every line of the logs, for what only a provider may hold. */
export async function lookForCardData({
  databases,
  kafka,
  topics,
  logs,
  lines = [],
}: Places): Promise<Looked> {
  const looked: Looked = { found: [], rows: 0, records: 0, lines: 0 };
  const look = (where: string, text: string): void => {
    for (const found of cardDataIn(text)) looked.found.push({ where, ...found });
  };
  for (const url of databases) looked.rows += await eachRow(url, look);
  for (const topic of topics ?? allTopics.map(({ name }) => name))
    looked.records += await eachRecord(kafka, topic, look);
  for (const line of lines) look('log', line);
  looked.lines += lines.length;
  for (const file of logs)
    for await (const line of createInterface({ input: createReadStream(file, 'latin1') })) {
      looked.lines++;
      look(file, line);
    }
  return looked;
}

type Look = (where: string, text: string) => void;

async function eachRow(connectionString: string, look: Look): Promise<number> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  let seen = 0;
  try {
    const { rows: tables } = await client.query<{ name: string }>(
      `select format('%I.%I', table_schema, table_name) as name from information_schema.tables
        where table_schema not in ('pg_catalog', 'information_schema') and table_type = 'BASE TABLE'`,
    );
    await client.query('begin read only');
    for (const { name } of tables) {
      await client.query(`declare each no scroll cursor for select t::text as text from ${name} t`);
      for (let more = true; more; ) {
        const { rows } = await client.query<{ text: string }>('fetch 500 from each');
        for (const { text } of rows) look(`${new URL(connectionString).pathname} ${name}`, asText(text));
        seen += rows.length;
        more = rows.length > 0;
      }
      await client.query('close each');
    }
  } finally {
    await client.end();
  }
  return seen;
}

/** Bytes are shown as hex by Postgres: what they spell counts. Their digits do not. */
function asText(row: string): string {
  return row.replace(/\\x([0-9a-f]+)/g, (_, hex: string) => Buffer.from(hex, 'hex').toString('latin1'));
}

async function eachRecord(kafka: Kafka, topic: string, look: Look): Promise<number> {
  let seen = 0;
  const offsets = await kafka.admin.offsets(topic);
  await kafka.read({
    topic,
    ranges: new Map(offsets.map(({ partition, low: from, high: to }) => [partition, { from, to }])),
    async onBatch({ records }) {
      for (const { key, value, headers } of records) {
        seen++;
        look(`topic ${topic}`, `${key} ${value?.toString('latin1')} ${JSON.stringify(headers)}`);
      }
    },
  });
  return seen;
}
