/** `npm start`: servers, services, seed data and a city at work. `--no-city` leaves the city out. */
import { acquireLock, type Lock, StackError } from '@dabba/stack';
import { type Platform, startPlatform } from '../platform/platform.ts';
import { cityOptions, startCity } from './city.ts';
import { startSummary } from './summary.ts';

const dir = '.dabba';
const withCity = !process.argv.includes('--no-city');
const began = Date.now();
const undo: (() => void | Promise<void>)[] = [];
let ending: Promise<void> | undefined;

/** Ends everything in the reverse order of its start; a second signal changes nothing. */
function end(code: number): Promise<void> {
  ending ??= (async () => {
    for (const step of undo.reverse()) await step();
    process.exit(code);
  })();
  return ending;
}

const stop = (signal: string) => {
  if (!ending) console.log(`\n${signal}: stopping …`);
  void end(0);
};
process.on('SIGINT', stop).on('SIGTERM', stop).on('SIGHUP', stop);

try {
  const options = cityOptions(process.env);
  const lock: Lock = acquireLock(dir);
  undo.push(() => lock.release());
  const platform = await startPlatform({
    dir,
    ports: 'environment',
    // Nobody who tries it out waits a minute for an order to be over.
    env: {
      SIMULATION_DIR: `${dir}/simulation`,
      COMPLETE_AFTER_MS: process.env.COMPLETE_AFTER_MS ?? '3000',
    },
    onProgress: (line) => console.log(`  ${line}`),
    onExit: (name, reason) => {
      if (ending) return;
      console.error(`\n${name} ended: ${reason}. Its log is in ${dir}/logs.`);
      void end(1);
    },
  });
  undo.push(() => platform.stop());
  if (ending) await ending;
  console.log(readyLine(platform));
  if (withCity) {
    const city = await startCity(platform, options);
    const quiet = startSummary(city, {
      meals: platform.env.MEALS_URL ?? '',
      receipts: platform.env.RECEIPTS_URL ?? '',
    });
    undo.push(async () => {
      quiet();
      await city.stop();
    });
  }
} catch (error) {
  console.error(error instanceof StackError ? error.message : error);
  await end(1);
}

function readyLine({ url, mqttUrl, env }: Platform): string {
  const seconds = ((Date.now() - began) / 1000).toFixed(0);
  return [
    `Dabba is ready after ${seconds} s: gateway ${url}`,
    `API ${url}/swagger`,
    mqttUrl,
    `Kafka ${env.KAFKA_BROKERS}`,
    `registry ${env.SCHEMA_REGISTRY_URL}`,
    `logins in ${env.DEMO_CREDENTIALS}. Ctrl-C stops it.`,
  ].join(' · ');
}
