import { readFile } from 'node:fs/promises';
import {
  compileType,
  defineType,
  definingWith,
  InvalidDefinition,
  newestTypes,
  openTypeBook,
  readDefinition,
  sampleBytes,
  storedReceipts,
  type Trial,
  tryOut,
  type Verdict,
} from '@dabba/receipts/types';
import type { Command } from 'commander';
import { Failed, printJson, printTable } from '../print.ts';
import { serviceNamed, withService } from '../services.ts';

interface Options {
  json?: true;
  document?: string[];
  receipt?: string[];
}

/** Types of receipts and their rules: data that operators change while everything runs. */
export function addReceiptTypes(program: Command): void {
  const group = program.command('receipt-types').description('types of receipts and their rules');
  group
    .command('list')
    .description('every type by its newest version')
    .option('--json', 'for machines')
    .action(async ({ json }: Options) => {
      const rows = await withService(await serviceNamed('receipts'), ({ pool }) => newestTypes(pool));
      if (json) return printJson(rows);
      printTable(
        rows.map(({ type, format, version, definition, createdBy, createdAt }) => ({
          type,
          format,
          version,
          checks: definition.checks.length,
          authorities: definition.authorities.join(', '),
          by: createdBy,
          since: new Date(createdAt).toISOString(),
        })),
        'There are no types.',
      );
    });
  group
    .command('add <file>')
    .description('define a type, or a new version of one, from YAML or JSON')
    .option('--json', 'for machines')
    .action(async (file: string, { json }: Options) => {
      const { row, isNew } = await named(async () => {
        const definition = readDefinition(await readFile(file, 'utf8'));
        return withService(await serviceNamed('receipts'), (deps) =>
          defineType(definingWith(deps), definition, {
            actor: process.env.USER ?? 'operator',
            now: deps.now(),
          }),
        );
      });
      const { type, format, version } = row;
      if (json) printJson({ type, format, version, isNew });
      else
        console.log(
          `${type} ${format} version ${version}${isNew ? '' : ' says this already; nothing changed'}.`,
        );
    });
  group
    .command('dry-run <file>')
    .description(
      'what a definition would say; changes nothing; exit code 1 where what it recognises is not valid',
    )
    .option('--document <file...>', 'documents to judge besides its sample')
    .option('--receipt <id...>', 'stored receipts to judge')
    .option('--json', 'for machines')
    .action(async (file: string, { json, document = [], receipt = [] }: Options) => {
      const verdicts = await named(() => dryRun(file, document, receipt));
      if (json) printJson(verdicts);
      else printTable(verdicts.flatMap(linesOf), '');
      if (verdicts.some(isBad)) process.exitCode = 1;
    });
}

type Named = Verdict & { document: string };

async function dryRun(file: string, documents: string[], receipts: string[]): Promise<Named[]> {
  const definition = readDefinition(await readFile(file, 'utf8'));
  const compiled = compileType(definition, 0);
  const { format } = definition;
  return withService(await serviceNamed('receipts'), async (deps) => {
    const receivedAt = deps.now();
    const stored = await storedReceipts(deps, receipts);
    const missing = receipts.filter((id) => !stored.has(id));
    if (missing.length > 0) throw new Failed(`No receipt is kept here as ${missing.join(', ')}`);
    const trials: [string, Trial][] = [['sample', { format, raw: sampleBytes(definition), receivedAt }]];
    for (const name of documents) trials.push([name, { format, raw: await readFile(name), receivedAt }]);
    const book = await openTypeBook(deps);
    try {
      return [...trials, ...stored].map(([name, trial]) => ({
        document: name,
        ...tryOut(compiled, book, trial),
      }));
    } finally {
      await book.stop();
    }
  });
}

function isBad({ malformed, recognised, judgement }: Verdict): boolean {
  return malformed !== null || (recognised && judgement !== null && judgement.failures.length > 0);
}

function linesOf({ document, malformed, recognised, judgement, today }: Named) {
  const now =
    today && `${today.version.type} ${today.version.version}: ${today.valid ? 'valid' : 'not valid'}`;
  const line = (says: string, pointer = '', detail = '') => ({ document, says, pointer, detail, today: now });
  if (malformed !== null) return [line('malformed', '', malformed)];
  if (!recognised || !judgement) return [line('of another type')];
  if (judgement.failures.length === 0) return [line('valid')];
  return judgement.failures.map(({ rule, pointer, detail }) => line(rule, pointer, detail));
}

/** A definition that does not hold is told place by place. */
async function named<R>(work: () => Promise<R>): Promise<R> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof InvalidDefinition)) throw error;
    throw new Failed(error.faults.map(({ pointer, detail }) => `${pointer || '/'}: ${detail}`).join('\n'));
  }
}
