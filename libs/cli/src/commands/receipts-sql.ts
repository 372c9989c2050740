import { readFile } from 'node:fs/promises';
import { askReceipts, importArchive, shippedQuery } from '@dabba/receipts/archive';
import type { Command } from 'commander';
import { Failed, printJson, printTable } from '../print.ts';
import { serviceNamed, withService } from '../services.ts';

interface Options {
  file?: string;
  shipped?: string;
  from: string;
  to: string;
  hot?: true;
  json?: true;
}

/** Twenty years of receipts in SQL, read only. */
export function addReceiptSql(group: Command): void {
  group
    .command('sql [statement]')
    .description('ask archived receipts in SQL (DuckDB): views receipts and receipt_lines')
    .option('--file <file>', 'the statement is in this file')
    .option('--shipped <name>', 'a query that ships with this release: new-year')
    .option('--from <day>', 'first day, UTC: fewer days open fewer files', '0000-01-01')
    .option('--to <day>', 'last day', '9999-12-31')
    .option('--hot', 'also receipts at their end that are in Postgres still')
    .option('--json', 'for machines')
    .action(async (statement: string | undefined, { json, hot, from, to, ...options }: Options) => {
      const sql = await sqlOf(statement, options);
      const days = { from, to };
      const rows = hot
        ? await withService(await serviceNamed('receipts'), (deps) =>
            askReceipts(process.env, days, sql, deps),
          )
        : await askReceipts(process.env, days, sql);
      if (json) printJson(rows);
      else printTable(rows, 'Nothing.');
    });
  group
    .command('import-archive')
    .description('make the index of archived days again from the manifests in the object store')
    .action(async () => {
      const added = await withService(await serviceNamed('receipts'), importArchive);
      console.log(`${added} days were missing.`);
    });
}

async function sqlOf(statement: string | undefined, { file, shipped }: Pick<Options, 'file' | 'shipped'>) {
  if (statement !== undefined) return statement;
  if (file !== undefined) return readFile(file, 'utf8');
  if (shipped !== undefined) return shippedQuery(shipped);
  throw new Failed('Say what to ask: a statement, --file or --shipped');
}
