import { topicsOwnedBy } from '@dabba/contracts';
import { recoverStore } from '@dabba/event-store';
import type { Command } from 'commander';
import { printJson, progress, progressDone } from '../print.ts';
import { serviceNamed, withService } from '../services.ts';

export function addStore(program: Command): void {
  program
    .command('store')
    .description('event stores')
    .command('recover <service>')
    .description('import from Kafka what a restored or failed-over database lost (K6)')
    .option('--json', 'for machines')
    .action(async (name: string, { json }: { json?: true }) => {
      const report = await withService(await serviceNamed(name), ({ pool, kafka, registry }) =>
        recoverStore(
          { pool, kafka, registry, topics: topicsOwnedBy(name).map((topic) => topic.name) },
          (imported) => progress(`${imported} events imported`),
        ),
      );
      progressDone();
      if (json) printJson(report);
      else console.log(`${report.imported} events imported; positions go on after ${report.position}.`);
    });
}
