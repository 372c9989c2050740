import type { City } from './city.ts';
import { sum, type Told } from './tally.ts';

/** One calm line about the city, rewritten in place on a terminal, now and then elsewhere; above it what happened. */
export function startSummary(
  { tally, time }: Pick<City, 'tally' | 'time'>,
  urls: { meals: string; receipts: string },
): () => void {
  const terminal = process.stdout.isTTY;
  let shown = '';
  const show = async () => {
    const [lag, receipts] = await Promise.all([lagOf(urls.meals), receiptsOf(urls.receipts)]);
    shown = `${time()}  ${figures(tally)}  receipts ${receipts}  lag ${lag}`;
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
    ordersOf(counts),
  ];
  if (trouble.size > 0) parts.push(`trouble ${sum(trouble)}${mostOf(trouble)}`);
  return parts.join('  ');
}

function ordersOf({ placed, confirmed, completed, cancelled, refunded }: City['tally']['counts']): string {
  const parts = { placed, confirmed, completed, cancelled, refunded };
  return `orders ${Object.entries(parts)
    .map(([what, count]) => `${what} ${count}`)
    .join(', ')}`;
}

/** The two most frequent reasons. */
function mostOf(reasons: ReadonlyMap<string, number>): string {
  const most = [...reasons].sort(([, a], [, b]) => b - a).slice(0, 2);
  return most.length === 0 ? '' : ` (${most.map(([reason, count]) => `${reason} ${count}`).join(', ')})`;
}

/** Records that some read model or reaction of meals has not folded yet, and events not yet on Kafka. */
async function lagOf(mealsUrl: string): Promise<string> {
  const text = await metricsOf(mealsUrl);
  if (text === undefined) return 'unknown';
  return String(sumOf(text, 'dabba_consumer_lag') + sumOf(text, 'dabba_store_depth'));
}

/** Accepted since the service began, and those that came to a bad end. */
async function receiptsOf(url: string): Promise<string> {
  const text = await metricsOf(url);
  if (text === undefined) return 'unknown';
  const ended = (status: string) => sumOf(text, `dabba_receipts_ended_total{status="${status}"`);
  const bad = ended('REJECTED') + ended('FAILED');
  return `${ended('ACCEPTED')} accepted${bad > 0 ? `, ${bad} not` : ''}`;
}

async function metricsOf(url: string): Promise<string | undefined> {
  const response = await fetch(`${url}/metrics`, { signal: AbortSignal.timeout(1_000) }).catch(
    () => undefined,
  );
  return response?.ok ? response.text() : undefined;
}

/** @param name of a metric, or how its line begins */
function sumOf(metrics: string, name: string): number {
  return metrics
    .split('\n')
    .filter((line) => line.startsWith(name) && /^[{ ,}]/.test(line.slice(name.length)))
    .reduce((total, line) => total + Number(line.slice(line.lastIndexOf(' ') + 1)), 0);
}
