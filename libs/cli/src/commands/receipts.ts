import { readFile } from 'node:fs/promises';
import { type Verdict, verifyChain, verifyProof } from '@dabba/receipts/proof';
import type { Command } from 'commander';
import { Failed, printJson } from '../print.ts';
import { addReceiptShow } from './receipt-show.ts';
import { addReceiptSql } from './receipts-sql.ts';

interface Options {
  keys: string;
  document?: string;
  json?: true;
}

/** Where a receipt stands; and what anybody can check without asking anybody: no server, no database. */
export function addReceipts(program: Command): void {
  const group = program.command('receipts').description('where receipts stand, and what proves them');
  addReceiptShow(group);
  addReceiptSql(group);
  group
    .command('verify-proof <file>')
    .description('whether a proof holds, offline; exit code 1 where it does not')
    .requiredOption('--keys <file>', 'the published keys, as GET /api/v1/receipt-roots/keys gave them')
    .option('--document <file>', "the receipt's own bytes")
    .option('--json', 'for machines')
    .action(async (file: string, { keys, document, json }: Options) => {
      const bytes = document === undefined ? undefined : await readFile(document);
      const verdict = await verifyProof(await jsonIn(file), await keysIn(keys), bytes);
      if (json) printJson(verdict);
      else tell(verdict, bytes !== undefined);
      if (!verdict.ok) process.exitCode = 1;
    });
  group
    .command('verify-roots <file>')
    .description('whether the roots of days are a whole chain, offline; exit code 1 where they are not')
    .requiredOption('--keys <file>', 'the published keys')
    .option('--json', 'for machines')
    .action(async (file: string, { keys, json }: Options) => {
      const roots = rootsIn(await jsonIn(file));
      const problems = await verifyChain(roots, await keysIn(keys));
      if (json) printJson({ ok: problems.length === 0, roots: roots.length, problems });
      else
        console.log(problems.length === 0 ? `${roots.length} roots are a whole chain.` : problems.join('\n'));
      if (problems.length > 0) process.exitCode = 1;
    });
}

function tell(verdict: Verdict, withDocument: boolean): void {
  if (!verdict.ok) {
    console.log(`The proof does not hold.\n${verdict.problems.join('\n')}`);
    return;
  }
  const { receipt, outcome, acknowledgements, inclusion, document } = verdict.bundle;
  const told = acknowledgements.map(({ authority, outcome: said, at }) => `${authority} ${said} ${at}`);
  console.log(
    [
      `The proof holds: ${receipt.id} of ${receipt.client} came in at ${receipt.received_at}.`,
      `It is ${outcome.status}, leaf ${inclusion.index + 1} of the ${inclusion.size} of ${inclusion.day}.`,
      ...told,
      withDocument || document !== null
        ? 'The document is the one that came in.'
        : 'No document was compared.',
    ].join('\n'),
  );
}

async function jsonIn(file: string): Promise<unknown> {
  const text = await readFile(file, 'utf8').catch((error: Error) => {
    throw new Failed(error.message);
  });
  try {
    return JSON.parse(text);
  } catch {
    throw new Failed(`${file} is not JSON`);
  }
}

async function keysIn(file: string): Promise<{ keys: object[] }> {
  const { keys }: { keys?: unknown } = Object(await jsonIn(file));
  if (!Array.isArray(keys)) throw new Failed(`${file} holds no keys`);
  return { keys };
}

/** A page of GET /api/v1/receipt-roots, or a list of JWS. */
function rootsIn(value: unknown): string[] {
  const { items = value }: { items?: unknown } = Object(value);
  if (!Array.isArray(items)) throw new Failed('No roots in it');
  return items.map((item: unknown) => (typeof item === 'string' ? item : String(Object(item).jws)));
}
