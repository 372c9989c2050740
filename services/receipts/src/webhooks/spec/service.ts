import { defineService } from '@dabba/service-kit';
import { contractBook } from '../../contract/book.ts';
import { contractStream } from '../../contract/contract.ts';
import { seedContracts } from '../../contract/seed.ts';
import { receiptStream } from '../../receipt/receipt.ts';
import { askAgainTask } from '../../registration/reopen.ts';
import { webhookStream } from '../endpoint.ts';
import { webhookRoutes } from '../routes.ts';
import { startWebhooks } from '../sender.ts';
import { type WebhookSettings, webhookSettings } from '../settings.ts';

/** As usual, for tests: what takes minutes in life takes tenths of seconds. */
export function hasty(env: NodeJS.ProcessEnv): WebhookSettings {
  const settings = webhookSettings(env);
  return { ...settings, idle: 20, sweep: 50, timeout: 1_000, delay: () => 60 };
}

/** What webhooks bring to the service, and nothing else; receipts are judged by the tests. */
export const webhookService = defineService({
  name: 'receipts',
  port: { variable: 'RECEIPTS_PORT', fallback: 5014 },
  streams: [receiptStream, contractStream, webhookStream],
  readModels: [],
  tasks: (deps) => [askAgainTask(deps)],
  migrations: new URL('../../migrations/', import.meta.url),
  routes: (app, deps) => webhookRoutes(app, deps, contractBook(deps.store)),
  start: async (deps) => startWebhooks(deps, hasty(deps.env)),
  seed: seedContracts,
});
