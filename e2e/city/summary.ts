import type { City } from './city.ts';
import { sum, type Told } from './tally.ts';

/** One calm line about the city, rewritten in place on a terminal, now and then elsewhere; above it what happened. */
export function startSummary({ tally, time }: Pick<City, 'tally' | 'time'>, mealsUrl: string): () => void {
  const terminal = process.stdout.isTTY;
  let shown = '';
  const show = async () => {
    const lag = await lagOf(mealsUrl);
    shown = `${time()}  ${figures(tally)}  lag ${lag}`;
    process.stdout.write(terminal ? `\r\u001b[K${shown}` : `${shown}\n`);
  };
  tally.onTold((line) => {
    const text = lineOf(line);
    process.stdout.write(terminal ? `\r\u001b[K${text}\n${shown}` : `${text}\n`);
  });
  const timer = setInterval(() => void show().catch(() => {}), terminal ? 1_000 : 10_000);
  return () => {
    clearInterval(timer);
    if (terminal) process.stdout.write('\n');
  };
}

export function lineOf({ at, metro, text }: Told): string {
  return `${at} ${metro}: ${text}`;
}

function figures({ counts, refused, trouble }: City['tally']): string {
  const { produced, shipped, stocked, sold, spoiled, recalled, returned } = counts;
  const parts = [
    `produced ${produced}`,
    `shipped ${shipped}`,
    `stocked ${stocked}`,
    `sold ${sold}`,
    `refused ${sum(refused)}${mostOf(refused)}`,
    `spoiled/recalled ${spoiled}/${recalled}`,
    `returned ${returned}`,
  ];
  if (trouble.size > 0) parts.push(`trouble ${sum(trouble)}${mostOf(trouble)}`);
  return parts.join('  ');
}

/** The two most frequent reasons. */
function mostOf(reasons: ReadonlyMap<string, number>): string {
  const most = [...reasons].sort(([, a], [, b]) => b - a).slice(0, 2);
  return most.length === 0 ? '' : ` (${most.map(([reason, count]) => `${reason} ${count}`).join(', ')})`;
}

/** Records that some read model or reaction of meals has not folded yet, and events not yet on Kafka. */
async function lagOf(mealsUrl: string): Promise<string> {
  const response = await fetch(`${mealsUrl}/metrics`, { signal: AbortSignal.timeout(1_000) }).catch(
    () => undefined,
  );
  if (!response?.ok) return 'unknown';
  const text = await response.text();
  return String(sumOf(text, 'dabba_consumer_lag') + sumOf(text, 'dabba_store_depth'));
}

function sumOf(metrics: string, name: string): number {
  return metrics
    .split('\n')
    .filter((line) => line.startsWith(`${name}{`) || line.startsWith(`${name} `))
    .reduce((total, line) => total + Number(line.slice(line.lastIndexOf(' ') + 1)), 0);
}
