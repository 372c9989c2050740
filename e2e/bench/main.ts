import { StackError } from '@dabba/stack';
import { durabilityOf, NotDurable } from '@dabba/testing';
import { InvalidArgumentError, program } from 'commander';
import { type Bench, benches } from './benches.ts';
import { parts as allParts, type Part } from './receipts/bench.ts';
import { machineOf } from './report/machine.ts';
import { missedIn, type Report, tableOf } from './report/report.ts';
import { openServers } from './world/servers.ts';

interface Options {
  json?: true;
  only: readonly Bench[];
  runs: number;
  minutes: number;
  seconds: number;
  parts: readonly Part[];
  processes: 1 | 2;
}

const { json, only, runs, minutes, seconds, parts, processes } = program
  .name('npm run bench --')
  .description('Measures what docs/performance.md promises; exits 1 when a target is missed.')
  .option('--json', 'one object on stdout')
  .option('--only <letters>', 'of a,b,c,d,e,f,g,h,i,j', chosen, benches)
  .option('--runs <n>', 'medians of so many', Number, 3)
  .option('--minutes <n>', 'of each long run (f)', Number, 1)
  .option('--seconds <n>', 'of each run of (h), and (i) up to 30, at a fixed rate', Number, 60)
  .option('--parts <names>', `of (h): ${allParts.join(',')}`, chosenParts, [...allParts])
  .option('--processes <n>', 'of receipts in (h): 1, or 2 (doors and work)', processCount, 2)
  .parse()
  .opts<Options>();

const onProgress = (line: string) => console.error(line);

try {
  const report = await measureAll();
  console.log(json ? JSON.stringify(report) : tableOf(report));
  for (const missed of json ? report.missed : []) console.error(`missed ${missed}`);
  process.exitCode = report.ok ? 0 : 1;
} catch (error) {
  console.error(error instanceof NotDurable || error instanceof StackError ? error.message : error);
  process.exitCode = 1;
}
process.exit();

async function measureAll(): Promise<Report> {
  const servers = await openServers(onProgress);
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => {
      onProgress('stopping …');
      servers.close().then(
        () => process.exit(130),
        () => process.exit(1),
      );
    });
  try {
    const { DATABASE_URL = '', KAFKA_BROKERS = '' } = process.env;
    const durability = await durabilityOf(DATABASE_URL);
    const machine = await machineOf(servers.dir, DATABASE_URL, KAFKA_BROKERS.split(','));
    const measured: Report['benches'] = [];
    for (const { letter, title, measure } of only) {
      onProgress(`(${letter}) ${title} …`);
      const began = performance.now();
      const figures = await measure(runs, {
        dir: servers.dir,
        minutes,
        seconds,
        parts,
        processes,
        onProgress,
      });
      measured.push({
        letter,
        title,
        seconds: Math.round((performance.now() - began) / 1000),
        measured: figures,
      });
    }
    const missed = missedIn(measured);
    return {
      at: new Date().toISOString(),
      runs,
      durability,
      machine,
      benches: measured,
      missed,
      ok: missed.length === 0,
    };
  } finally {
    await servers.close();
  }
}

function processCount(text: string): 1 | 2 {
  if (text !== '1' && text !== '2') throw new InvalidArgumentError('1 or 2.');
  return text === '1' ? 1 : 2;
}

function chosenParts(names: string): Part[] {
  return names.split(',').map((name) => {
    const found = allParts.find((part) => part === name.trim());
    if (!found) throw new InvalidArgumentError(`There is no part "${name}".`);
    return found;
  });
}

function chosen(letters: string): Bench[] {
  return letters.split(',').map((letter) => {
    const found = benches.find((bench) => bench.letter === letter.trim());
    if (!found) throw new InvalidArgumentError(`There is no bench "${letter}".`);
    return found;
  });
}
