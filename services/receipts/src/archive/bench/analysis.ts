import { readFile } from 'node:fs/promises';
import { figure, type Measured } from '@dabba/testing';
import type { ArchiveSettings } from '../settings.ts';
import { newYear, withAnalyst } from '../sql/analyst.ts';
import { asked } from './questions.ts';

const all = { from: '0000-01-01', to: '9999-12-31' };

/** Analysts' questions to all there is. */
export async function analysis(settings: ArchiveSettings, label: string): Promise<Measured[]> {
  const tastes = await readFile(newYear, 'utf8');
  const began = performance.now();
  return withAnalyst(settings, all, undefined, async (duck) => {
    const opened = figure(`${label} opening the archive for SQL`, (performance.now() - began) / 1000, 's');
    const asking = (sql: string) => async (): Promise<[number, number]> => {
      const start = performance.now();
      const { currentRowCount } = await duck.runAndReadAll(sql);
      return [performance.now() - start, currentRowCount];
    };
    const totals = 'select year(day), currency, count(*), sum(total) from receipts group by all';
    return [
      opened,
      ...(await asked(`${label} tastes at New Year`, 30, asking(tastes))),
      ...(await asked(`${label} totals of every year`, 30, asking(totals))),
    ];
  });
}

/** Some documents, as they came in. */
export function documentsOf(settings: ArchiveSettings): Promise<Buffer[]> {
  return withAnalyst(settings, { from: '2006-01-01', to: '2006-05-30' }, undefined, async (duck) => {
    const result = await duck.runAndReadAll('select raw from receipts limit 5000');
    return result.getRowsJS().flatMap(([raw]) => (raw instanceof Uint8Array ? [Buffer.from(raw)] : []));
  });
}
