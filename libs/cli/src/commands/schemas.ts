import { allSchemas } from '@dabba/contracts';
import type { Command } from 'commander';
import { withKafka } from '../connections.ts';
import { printJson, printTable } from '../print.ts';
import { baseSchemas } from '../schemas/base.ts';
import { type Break, breaksOf } from '../schemas/compatibility.ts';

export function addSchemas(program: Command): void {
  const group = program.command('schemas').description('the contract: schemas/<context>/<Event>.avsc');
  group
    .command('check')
    .description('refuse what would break a reader: each schema must read and be read by what the base holds')
    .option('--base <revision>', 'git revision to compare with (default: origin/main, else main, else HEAD)')
    .option('--registry', 'compare with every version the registry holds as well')
    .option('--json', 'for machines')
    .action(async ({ base, registry, json }: { base?: string; registry?: true; json?: true }) => {
      const { revision, schemas } = baseSchemas(base);
      const breaks: Break[] = breaksOf(schemas);
      if (registry)
        breaks.push(...(await withKafka((_, schemaRegistry) => schemaRegistry.check(allSchemas()))));
      if (json) printJson({ base: revision, schemas: allSchemas().length, breaks });
      else
        printTable(
          breaks,
          `${allSchemas().length} schemas, compatible with ${revision ?? 'nothing: there is no history here'}.`,
        );
      if (breaks.length > 0) process.exitCode = 1;
    });
  group
    .command('publish')
    .description(
      'register every schema; the ids are kept in SCHEMA_CACHE_DIR for a deploy to carry along (K9)',
    )
    .option('--json', 'for machines')
    .action(async ({ json }: { json?: true }) => {
      const published = await withKafka(async (_, registry) => {
        const ids: { event: string; topic: string; id: number }[] = [];
        for (const { name, topic, fullName, text } of allSchemas())
          ids.push({ event: name, topic, id: await registry.idOf(topic, fullName, text) });
        return ids;
      });
      if (json) printJson(published);
      else printTable(published, 'There are no schemas.');
    });
}
