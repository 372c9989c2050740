import { defineService } from '@dabba/service-kit';
import { contractBook } from '../../contract/book.ts';
import { contractStream } from '../../contract/contract.ts';
import { seedContracts } from '../../contract/seed.ts';
import { receiptStream } from '../../receipt/receipt.ts';
import { rootStream } from '../roots.ts';
import { proofRoutes } from '../routes.ts';
import { closeDaysTask, startClosing } from '../task.ts';

/** What proofs bring to the service, and nothing else; receipts are judged by the tests. */
export const proofService = defineService({
  name: 'receipts',
  port: { variable: 'RECEIPTS_PORT', fallback: 5014 },
  streams: [receiptStream, contractStream, rootStream],
  readModels: [],
  tasks: (deps) => [closeDaysTask(deps)],
  migrations: new URL('../../migrations/', import.meta.url),
  routes: (app, deps) => proofRoutes(app, deps, contractBook(deps.store)),
  async start(deps) {
    await startClosing(deps);
    return { stop: async () => {} };
  },
  seed: seedContracts,
});
