import { type ProjectionDeps, rebuild, verify } from '@dabba/projections';
import type { StoreDeps } from '@dabba/service-kit';
import type { Command } from 'commander';
import { printJson, printTable, progress, progressDone } from '../print.ts';
import { lagOf } from '../read-models/lag.ts';
import { readModelNamed, storeServices, withService } from '../services.ts';

export function addReadModel(program: Command): void {
  const group = program.command('read-model').description('what is folded from the topics');
  group
    .command('list')
    .description('every read model, its topics and tables')
    .option('--json', 'for machines')
    .action(async ({ json }: { json?: true }) => {
      const models = [];
      for await (const { name: service, readModels } of storeServices())
        for (const { name, topics, tables } of readModels)
          models.push({ name, service, topics: topics.join(','), tables: Object.keys(tables).join(',') });
      if (json) printJson(models);
      else printTable(models, 'There are none.');
    });
  group
    .command('lag [name]')
    .description('records not yet folded, for each partition that has any')
    .option('--json', 'for machines')
    .action(async (name: string | undefined, { json }: { json?: true }) => {
      const services = name === undefined ? storeServices() : [(await readModelNamed(name)).service];
      const lags = [];
      for await (const service of services)
        lags.push(...(await withService(service, (deps) => lagOf(service.readModels, deps, name))));
      if (json) printJson(lags);
      else printTable(lags, 'There are none.');
    });
  group
    .command('rebuild <name>')
    .description('fold it anew from the first record beside the live copy, then swap')
    .option('--json', 'for machines')
    .action(async (name: string, { json }: { json?: true }) => {
      const { service, model } = await readModelNamed(name);
      const report = await withService(service, (deps) => rebuild(model, projection(deps), showProgress));
      progressDone();
      const seconds = report.milliseconds / 1000;
      if (json) printJson(report);
      else
        console.log(
          `${name}: ${report.events} events into ${report.rows} rows in ${seconds.toFixed(1)} s, swapped.`,
        );
    });
  group
    .command('verify <name>')
    .description('fold the log and compare with the live rows; exit code 1 when they differ')
    .option('--json', 'for machines')
    .action(async (name: string, { json }: { json?: true }) => {
      const { service, model } = await readModelNamed(name);
      const report = await withService(service, (deps) => verify(model, projection(deps), showProgress));
      progressDone();
      if (json) printJson(report);
      else {
        const { events, rows, differenceCount } = report;
        console.log(`${name}: ${rows} rows from ${events} events, ${differenceCount || 'no'} differences.`);
        if (report.differences.length > 0) printTable(report.differences, '');
      }
      if (!report.equal) process.exitCode = 1;
    });
}

/** A read model folds all metros of the region when it is rebuilt or verified. */
function projection({ pool, kafka, registry }: StoreDeps): ProjectionDeps {
  return { pool, kafka, registry };
}

function showProgress({ events, records, of }: { events: number; records: number; of: number }): void {
  progress(`${events} events, ${of > 0 ? Math.floor((100 * records) / of) : 100} %`);
}
