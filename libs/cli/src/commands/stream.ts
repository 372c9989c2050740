import { presentData } from '@dabba/contracts';
import type { Command } from 'commander';
import { Failed, printJson } from '../print.ts';
import { serviceNamed, storeServices, withService } from '../services.ts';

export function addStream(program: Command): void {
  program
    .command('stream')
    .description('single streams')
    .command('show <id>')
    .description('the history of a stream, decoded, oldest first')
    .option('--service <name>', 'whose store to look into (default: all)')
    .option('--json', 'for machines')
    .action(async (id: string, { service, json }: { service?: string; json?: true }) => {
      for await (const each of service === undefined ? storeServices() : [serviceNamed(service)]) {
        const events = await withService(each, ({ store }) => store.history(id));
        if (events.length === 0) continue;
        const shown = events.map(({ meta, ...event }) => ({
          type: event.type,
          data: presentData(event),
          meta,
        }));
        if (json) return printJson(shown);
        for (const { type, data, meta } of shown)
          console.log(
            `${String(meta.version).padStart(4)}  ${new Date(meta.time).toISOString()}  ${type}  by ${meta.actor ?? '-'}\n      ${JSON.stringify(data)}`,
          );
        return;
      }
      throw new Failed(`No stream ${id}`);
    });
}
