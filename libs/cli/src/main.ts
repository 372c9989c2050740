import { Command } from 'commander';
import { addDlq } from './commands/dlq.ts';
import { addLedger } from './commands/ledger.ts';
import { addMigrate } from './commands/migrate.ts';
import { addReadModel } from './commands/read-model.ts';
import { addReceiptTypes } from './commands/receipt-types.ts';
import { addReceipts } from './commands/receipts.ts';
import { addSchemas } from './commands/schemas.ts';
import { addStore } from './commands/store.ts';
import { addStream } from './commands/stream.ts';
import { addTail } from './commands/tail.ts';
import { addTopics } from './commands/topics.ts';
import { Failed, printJson, progressDone } from './print.ts';

const program = new Command('dabba')
  .description("The operator's command: topics, schemas, read models, dead letters, stores, streams")
  .showHelpAfterError();
for (const add of [
  addTopics,
  addSchemas,
  addReadModel,
  addLedger,
  addReceiptTypes,
  addReceipts,
  addDlq,
  addMigrate,
  addStore,
  addStream,
  addTail,
])
  add(program);

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
