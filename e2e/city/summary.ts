import type { Counts } from './district.ts';

/** One calm line about the city: rewritten in place on a terminal, now and then elsewhere. */
export function startSummary(counts: Counts, mealsUrl: string): () => void {
  const terminal = process.stdout.isTTY;
  const began = Date.now();
  const show = async () => {
    const lag = await lagOf(mealsUrl);
    const { produced, stocked, sold, refused, trouble } = counts;
    const minutes = ((Date.now() - began) / 60_000).toFixed(1);
    const line = `${minutes} min  produced ${produced}  stocked ${stocked}  sold ${sold}  refused ${refused}  lag ${lag}${trouble > 0 ? `  retried ${trouble}` : ''}`;
    process.stdout.write(terminal ? `\r\u001b[K${line}` : `${line}\n`);
  };
  const timer = setInterval(() => void show().catch(() => {}), terminal ? 1_000 : 10_000);
  return () => {
    clearInterval(timer);
    if (terminal) process.stdout.write('\n');
  };
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
    .reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' ') + 1)), 0);
}
