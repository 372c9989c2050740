import { Command } from 'commander';
import { Failed, printJson, progressDone } from './print.ts';

/** Imported when it is asked for: the rules of every service take seconds to read. */
const commands = new Map<string, () => Promise<(program: Command) => void>>([
  ['topics', async () => (await import('./commands/topics.ts')).addTopics],
  ['schemas', async () => (await import('./commands/schemas.ts')).addSchemas],
  ['read-model', async () => (await import('./commands/read-model.ts')).addReadModel],
  ['ledger', async () => (await import('./commands/ledger.ts')).addLedger],
  ['receipt-types', async () => (await import('./commands/receipt-types.ts')).addReceiptTypes],
  ['receipts', async () => (await import('./commands/receipts.ts')).addReceipts],
  ['dlq', async () => (await import('./commands/dlq.ts')).addDlq],
  ['migrate', async () => (await import('./commands/migrate.ts')).addMigrate],
  ['store', async () => (await import('./commands/store.ts')).addStore],
  ['stream', async () => (await import('./commands/stream.ts')).addStream],
  ['tail', async () => (await import('./commands/tail.ts')).addTail],
]);

const program = new Command('dabba')
  .description("The operator's command: topics, schemas, read models, dead letters, stores, streams")
  .showHelpAfterError();
const asked = commands.get(process.argv[2] ?? '');
for (const load of asked ? [asked] : commands.values()) (await load())(program);

try {
  await program.parseAsync();
} catch (error) {
  progressDone();
  const message = error instanceof Error ? error.message : String(error);
  if (process.argv.includes('--json') && !(error instanceof Failed)) printJson({ error: message });
  console.error(
    error instanceof Failed ? message : `${message || 'A server cannot be reached'} (DEBUG=1 shows where)`,
  );
  if (process.env.DEBUG) console.error(error);
  process.exitCode = 1;
}
