import { program } from 'commander';
import { runDrill } from './drill.ts';
import { runOrdersDrill } from './orders/drill.ts';
import { ordersTable } from './orders/report.ts';
import { runReceiptsDrill } from './receipts/drill.ts';
import { receiptsTable } from './receipts/report.ts';
import { tableOf } from './report.ts';
import { sabotageNamed, sabotages } from './sabotage/sabotages.ts';
import { selfTest } from './self-test.ts';
import { runStripeAwayDrill } from './stripe-away/drill.ts';
import { stripeAwayTable } from './stripe-away/report.ts';

interface Options {
  minutes: number;
  rate: number;
  seed: number;
  json?: true;
  sabotage?: string;
  selfTest?: true;
  receipts?: true;
  orders?: true;
  stripeAway?: number;
}

const { minutes, rate, seed, json, sabotage, ...options } = program
  .name('npm run faults --')
  .description(
    'Kills everything in turn under load, then asks whether what was accepted is there exactly once.',
  )
  .option('--minutes <m>', 'of load', Number, 2)
  .option('--rate <n>', 'commands and facts offered a second', Number, 200)
  .option('--seed <s>', 'of the order of kills', Number, Date.now() % 100_000)
  .option('--json', 'one object on stdout')
  .option('--sabotage <name>', 'breaks one rule, which has to be found; "list" names them')
  .option('--receipts', 'the drill of receipts and their authorities instead')
  .option('--orders', 'the drill of orders, stock and money instead; --rate is orders a second then, 4')
  .option(
    '--stripe-away <m>',
    'with --orders: nothing is killed, but the provider is away for so many minutes; --rate 0.2',
    Number,
  )
  .option('--self-test', 'every sabotage in turn: a test of the test')
  .parse()
  .opts<Options>();

const stop = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.on(signal, () => stop.abort(new Error('stopped')));
const onProgress = (line: string) => console.error(line);

try {
  if (sabotage === 'list') {
    for (const { name, rule, does } of sabotages) console.log(`${name.padEnd(18)} ${rule.padEnd(4)} ${does}`);
  } else if (options.receipts) {
    const drill = { seconds: minutes * 60, rate, seed, onProgress, stop: stop.signal };
    const report = await runReceiptsDrill(drill);
    console.log(json ? JSON.stringify(report) : receiptsTable(report));
    process.exitCode = report.ok ? 0 : 1;
  } else if (options.stripeAway !== undefined) {
    const wished = process.argv.includes('--rate') ? rate : 0.2;
    const drill = { seconds: options.stripeAway * 60, rate: wished, seed, onProgress, stop: stop.signal };
    const report = await runStripeAwayDrill(drill);
    console.log(json ? JSON.stringify(report) : stripeAwayTable(report));
    process.exitCode = report.ok ? 0 : 1;
  } else if (options.orders) {
    const wished = process.argv.includes('--rate') ? rate : 4;
    const drill = { seconds: minutes * 60, rate: wished, seed, onProgress, stop: stop.signal };
    const report = await runOrdersDrill(drill);
    console.log(json ? JSON.stringify(report) : ordersTable(report));
    process.exitCode = report.ok ? 0 : 1;
  } else if (options.selfTest) {
    process.exitCode = (await selfTest({ rate, seed, json: json === true, onProgress, stop: stop.signal }))
      ? 0
      : 1;
  } else {
    const broken = sabotage === undefined ? undefined : sabotageNamed(sabotage);
    const seconds = broken && !process.argv.includes('--minutes') ? 15 : minutes * 60;
    const report = await runDrill({ seconds, rate, seed, sabotage: broken, onProgress, stop: stop.signal });
    console.log(json ? JSON.stringify(report) : tableOf(report));
    process.exitCode = report.ok ? 0 : 1;
  }
} catch (error) {
  console.error(stop.signal.aborted ? 'Stopped; everything is cleaned up.' : error);
  process.exitCode = 1;
}
// Connections that broke while servers were killed may keep the process; nothing waits for them.
process.exit();
