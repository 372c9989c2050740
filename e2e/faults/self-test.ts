import { type DrillOptions, runDrill } from './drill.ts';
import { sabotages } from './sabotage/sabotages.ts';

/** Seconds of load; the kills of a sabotage may take longer. */
const seconds = 15;

/** Runs every sabotage; each has to be found and its rule named. Prints a table; says whether all were found. */
export async function selfTest({
  json,
  ...options
}: Omit<DrillOptions, 'seconds' | 'sabotage'> & { json: boolean }): Promise<boolean> {
  const results = [];
  for (const sabotage of sabotages) {
    options.stop.throwIfAborted();
    const { ok, failures } = await runDrill({ ...options, seconds, sabotage });
    const found = failures.find((failure) => new RegExp(`\\b${sabotage.rule}\\b`).test(failure));
    results.push({
      sabotage: sabotage.name,
      rule: sabotage.rule,
      found: !ok && found !== undefined,
      reported: found ?? failures[0] ?? 'nothing',
    });
  }
  if (json) console.log(JSON.stringify(results));
  else
    for (const { sabotage, rule, found, reported } of results)
      console.log(
        `${found ? '✓' : '✗ NOT FOUND'} ${sabotage.padEnd(18)} ${rule.padEnd(4)} ${reported.slice(0, 160)}`,
      );
  return results.every(({ found }) => found);
}
