import { presentData } from '@dabba/contracts';
import { discardParked, parked, replayParked, showParked } from '@dabba/projections';
import type { Command } from 'commander';
import { Failed, printJson, printTable } from '../print.ts';
import { storeServices, withConsumer, withService } from '../services.ts';

interface Options {
  consumer?: string;
  stream?: string;
  event?: string;
  json?: true;
}

/** Parked events: what a fold or a reaction could not take, waiting in order with what came after it. */
export function addDlq(program: Command): void {
  const group = program.command('dlq').description('events that were parked, and their streams with them');
  group
    .command('list')
    .description('everything that waits')
    .option('--consumer <name>')
    .option('--stream <id>')
    .option('--json', 'for machines')
    .action(async (options: Options) => {
      const waiting = await overServices((deps) => parked(deps.pool, filterOf(options)));
      if (options.json) printJson(waiting);
      else
        printTable(
          waiting.map(({ consumer, stream, type, eventId, error, parkedAt }) => ({
            consumer,
            stream,
            type,
            event: eventId,
            since: new Date(parkedAt).toISOString(),
            error,
          })),
          'Nothing is parked.',
        );
    });
  group
    .command('show <event>')
    .description('one parked event, decoded')
    .option('--json', 'for machines')
    .action(async (eventId: string, { json }: Options) => {
      const found = await overServices((deps) => showParked(deps.pool, deps.registry, { eventId }));
      if (found.length === 0) throw new Failed(`No parked event ${eventId}`);
      const shown = found.map(({ record: { headers }, event, ...about }) => ({
        ...about,
        headers,
        data: event ? presentData(event) : undefined,
      }));
      if (json) printJson(shown);
      else for (const each of shown) console.log(JSON.stringify(each, null, 2));
    });
  group
    .command('replay <consumer>')
    .description('handle what waits again, in order; exit code 1 when something stays stuck')
    .option('--stream <id>')
    .option('--json', 'for machines')
    .action(async (name: string, { stream, json }: Options) => {
      const report = await withConsumer(name, (consumer, deps) => replayParked(consumer, deps, stream));
      if (json) printJson(report);
      else {
        console.log(`${report.replayed} events replayed.`);
        printTable(report.stuck, 'Nothing is stuck.');
      }
      if (report.stuck.length > 0) process.exitCode = 1;
    });
  group
    .command('discard <consumer> <topic> <stream>')
    .description('give events up for good; rebuild and verify leave them out as well')
    .option('--event <id>', 'only this one, so that those behind it can be replayed')
    .requiredOption('--reason <text>', 'why, for the record')
    .option('--json', 'for machines')
    .action(
      async (consumer: string, topic: string, stream: string, options: Options & { reason: string }) => {
        const filter = { consumer, topic, stream, ...(options.event && { eventId: options.event }) };
        const because = { reason: options.reason, actor: process.env.USER ?? 'operator' };
        const discarded = await withConsumer(consumer, (_, { pool }) => discardParked(pool, filter, because));
        if (options.json) printJson({ discarded });
        else console.log(`${discarded} events discarded.`);
        if (discarded === 0) process.exitCode = 1;
      },
    );
}

async function overServices<T>(
  look: (deps: Parameters<Parameters<typeof withService>[1]>[0]) => Promise<T[]>,
) {
  const found: T[] = [];
  for await (const service of storeServices()) found.push(...(await withService(service, look)));
  return found;
}

function filterOf({ consumer, stream }: Options) {
  return { ...(consumer !== undefined && { consumer }), ...(stream !== undefined && { stream }) };
}
