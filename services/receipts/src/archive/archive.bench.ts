import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { transaction } from '@dabba/event-store';
import { connect } from '@dabba/service-kit';
import { figure, judged, type Measured, testDatabase, uniquePrefix } from '@dabba/testing';
import { fillList, hotBytes } from './bench/hot.ts';
import { questions, timed } from './bench/questions.ts';
import { addDay } from './close/mark.ts';
import { generate } from './generate/generate.ts';
import { openArchive } from './read/archive.ts';
import { archiveSettings } from './settings.ts';
import { archiveService } from './spec/service.ts';
import { newYear, withAnalyst } from './sql/analyst.ts';

const first = '2006-01-01';
const hotRows = 1_000_000;

export interface Size {
  /** Made-up receipts. */
  rows: number;
  /** They are spread over. */
  years: number;
  /** Where they are written; removed afterwards. */
  folder: string;
}

/** Questions to years of receipts. Needs DATABASE_URL, and Kafka and the registry, which `connect` wants. */
export async function bench({ rows, years, folder }: Size): Promise<Measured[]> {
  const env = { ...process.env, ARCHIVE_STORE: join(folder, 'store'), ARCHIVE_WORK: join(folder, 'work') };
  const settings = archiveSettings(env);
  const database = await testDatabase('archive_bench', 8);
  const { deps: own, close } = await connect(archiveService, {
    env: {
      ...env,
      LOG_LEVEL: 'silent',
      RECEIPTS_DATABASE_URL: database.url,
      KAFKA_PREFIX: uniquePrefix('archive'),
    },
  });
  const days = Math.round(years * 365.25);
  const now = Date.parse(first) + days * 86_400_000;
  const deps = { ...own, now: () => now };
  const archive = openArchive(deps.pool, settings);
  const found: Measured[] = [];
  const label = `${(rows / 1e6).toLocaleString('en')} M:`;
  try {
    const made = { seed: 1, from: first, days, rowsPerDay: Math.round(rows / days) };
    const began = performance.now();
    let bytes = 0;
    for await (const manifest of generate(settings, made)) {
      bytes += manifest.parts.reduce((sum, part) => sum + part.bytes, 0);
      await transaction(deps.pool, (client) => addDay(client, manifest, now));
    }
    const total = made.rowsPerDay * days;
    found.push(figure(`${label} written`, total / ((performance.now() - began) / 1000), 'receipts/s'));
    found.push(figure(`${label} cold`, bytes / total, 'bytes/receipt'));
    for (const [name, filter] of questions(now, years)) {
      const [ms, count] = await timed({ ...deps, archive }, filter);
      const [again] = await timed({ ...deps, archive }, filter);
      found.push(within(figure(`${label} ${name} (${count} rows)`, ms / 1000, 's'), 30));
      found.push(within(figure(`${label} the same again`, again / 1000, 's'), 30));
    }
    const documents = await withAnalyst(
      settings,
      { from: '2006-03-01', to: '2006-05-30' },
      undefined,
      async (duck) => {
        const result = await duck.runAndReadAll('select raw from receipts limit 5000');
        return result.getRowsJS().flatMap(([raw]) => (raw instanceof Uint8Array ? [Buffer.from(raw)] : []));
      },
    );
    found.push(
      figure(
        `${label} a document`,
        documents.reduce((sum, raw) => sum + raw.length, 0) / documents.length,
        'bytes',
      ),
    );
    found.push(...(await analysis(settings, label)));
    found.push(figure('hot', await hotBytes(deps, documents), 'bytes/receipt'));
    await deps.pool.query('truncate receipt_list');
    await fillList(deps, hotRows);
    const month = { from: new Date(now - 30 * 86_400_000), to: new Date(now) };
    for (const [name, filter] of [
      ['a client, last 30 days', { ...month, client: 'client_00007', limit: 10_000 }],
      ['all clients, last 30 days, 10,000', { ...month, limit: 10_000 }],
    ] as const) {
      await timed({ ...deps, archive }, filter);
      const [ms, count] = await timed({ ...deps, archive }, filter);
      found.push(within(figure(`${hotRows} hot: ${name} (${count} rows)`, ms / 1000, 's'), 0.5));
    }
    return found;
  } finally {
    await archive.close();
    await close();
    await database.drop();
    await rm(folder, { recursive: true, force: true });
  }
}

async function analysis(settings: ReturnType<typeof archiveSettings>, label: string): Promise<Measured[]> {
  const sql = await readFile(newYear, 'utf8');
  const began = performance.now();
  return withAnalyst(settings, { from: '0000-01-01', to: '9999-12-31' }, undefined, async (duck) => {
    const opened = performance.now();
    await duck.runAndReadAll(sql);
    const asked = performance.now();
    await duck.runAndReadAll('select year(day), currency, count(*), sum(total) from receipts group by all');
    return [
      figure(`${label} opening the archive for SQL`, (opened - began) / 1000, 's'),
      within(figure(`${label} tastes at New Year`, (asked - opened) / 1000, 's'), 30),
      within(figure(`${label} totals of every year`, (performance.now() - asked) / 1000, 's'), 30),
    ];
  });
}

function within(measured: Measured, seconds: number): Measured {
  return judged(measured, `< ${seconds} s`, measured.value < seconds);
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const { values } = parseArgs({
    options: {
      rows: { type: 'string', default: '1000000' },
      years: { type: 'string', default: '20' },
      folder: { type: 'string', default: '.dabba/archive-bench' },
    },
  });
  for (const rows of values.rows.split(',').map(Number)) {
    const found = await bench({
      rows,
      years: Number(values.years),
      folder: join(values.folder, String(rows)),
    });
    console.table(found.map(({ name, value, unit, target, pass }) => ({ name, value, unit, target, pass })));
    if (found.some(({ pass }) => !pass)) process.exitCode = 1;
  }
}
