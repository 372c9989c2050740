import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { transaction } from '@dabba/event-store';
import { connect } from '@dabba/service-kit';
import { figure, type Measured, testDatabase, uniquePrefix } from '@dabba/testing';
import { analysis, documentsOf } from './bench/analysis.ts';
import { fillList, hotBytes } from './bench/hot.ts';
import { asked, questions, timed } from './bench/questions.ts';
import { addDay } from './close/mark.ts';
import { generate } from './generate/generate.ts';
import type { Manifest } from './manifest.ts';
import { openArchive } from './read/archive.ts';
import { archiveSettings } from './settings.ts';
import { archiveService } from './spec/service.ts';
import { defaultShape, type Shape } from './write/files.ts';

const first = '2006-01-01';
const hotRows = 1_000_000;

export interface Size {
  /** Made-up receipts. */
  rows: number;
  /** They are spread over. */
  years: number;
  /** Where they are written; removed afterwards. */
  folder: string;
  shape?: Shape;
  /** Also what is hot: bytes of it, and the last thirty days. */
  hot?: boolean;
}

/** Questions to years of receipts. Needs DATABASE_URL, and Kafka and the registry, which `connect` wants. */
export async function bench({ rows, years, folder, shape, hot }: Size): Promise<Measured[]> {
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
  const days = Math.max(1, Math.round(years * 365.25));
  const now = Date.parse(first) + days * 86_400_000;
  const deps = { ...own, now: () => now };
  const archive = openArchive(deps.pool, settings);
  const found: Measured[] = [];
  const label = `${(rows / 1e6).toLocaleString('en')} M:`;
  try {
    const began = performance.now();
    const made = { seed: 1, from: first, days, rowsPerDay: Math.round(rows / days), ...(shape && { shape }) };
    const manifests: Manifest[] = [];
    for await (const manifest of generate(settings, made)) manifests.push(manifest);
    found.push(figure(`${label} made in`, (performance.now() - began) / 1000, 's'));
    await transaction(deps.pool, async (client) => {
      for (const manifest of manifests) await addDay(client, manifest, now);
    });
    await deps.pool.query('analyze archived_parts');
    const parts = manifests.flatMap((manifest) => manifest.parts);
    const bytes = parts.reduce((sum, part) => sum + part.bytes, 0);
    found.push(figure(`${label} cold`, bytes / (made.rowsPerDay * days), 'bytes/receipt'));
    found.push(figure(`${label} files`, parts.length, 'files'));
    const documents = await documentsOf(settings);
    const size = documents.reduce((sum, raw) => sum + raw.length, 0) / documents.length;
    found.push(figure(`${label} a document`, size, 'bytes'));
    for (const [name, filter] of questions(now, years))
      found.push(...(await asked(`${label} ${name}`, 30, () => timed({ ...deps, archive }, filter))));
    const [some] = await archive.list({ from: new Date(0), to: new Date(now), limit: 1 });
    const id = some?.receipt_id ?? '';
    const one = async (): Promise<[number, number]> => {
      const start = performance.now();
      const receipt = await archive.find(id);
      if (!receipt) throw new Error(`The archive does not find ${id}`);
      return [performance.now() - start, 1];
    };
    found.push(...(await asked(`${label} a receipt by its id`, 30, one)));
    found.push(...(await analysis(settings, label)));
    if (!hot) return found;
    found.push(figure('hot', await hotBytes(deps, documents), 'bytes/receipt'));
    await deps.pool.query('truncate receipt_list');
    await fillList(deps, hotRows);
    const month = { from: new Date(now - 30 * 86_400_000), to: new Date(now), limit: 10_000 };
    for (const [name, filter] of [
      ['a client, last 30 days', { ...month, client: 'client_00007' }],
      ['all clients, last 30 days, 10,000', month],
    ] as const)
      found.push(...(await asked(`${hotRows} hot: ${name}`, 0.5, () => timed({ ...deps, archive }, filter))));
    return found;
  } finally {
    await archive.close();
    await close();
    await database.drop();
    await rm(folder, { recursive: true, force: true });
  }
}

/** As `zstd-10240`: codec and rows of a group. */
function shapeOf(name: string): Shape {
  const [codec = 'zstd', groupRows = '10240'] = name.split('-');
  const compression = codec === 'zstd' ? defaultShape.compression : `compression ${codec}`;
  return { ...defaultShape, compression, groupRows: Number(groupRows) };
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const { values } = parseArgs({
    options: {
      rows: { type: 'string', default: '1000000' },
      years: { type: 'string', default: '20' },
      shapes: { type: 'string', default: 'zstd-10240' },
      folder: { type: 'string', default: '.dabba/archive-bench' },
      hot: { type: 'boolean', default: false },
    },
  });
  for (const rows of values.rows.split(',').map(Number))
    for (const shape of values.shapes.split(',')) {
      const folder = join(values.folder, `${rows}-${shape}`);
      const size = { rows, years: Number(values.years), folder, shape: shapeOf(shape), hot: values.hot };
      const found = await bench(size);
      console.log(shape);
      console.table(
        found.map(({ name, value, unit, target, pass }) => ({ name, value, unit, target, pass })),
      );
      if (found.some(({ pass }) => !pass)) process.exitCode = 1;
    }
}
