import { defineService } from '@dabba/service-kit';
import { receiptStream } from '../../receipt/receipt.ts';
import { askAgainTask } from '../reopen.ts';
import { registrationRoutes } from '../routes.ts';
import { authorityChecks, startRegistrar } from '../start.ts';
import { hasty } from './settings.ts';

/** What registration brings to the service, and nothing else; receipts are judged by the tests. */
export const registrationService = defineService({
  name: 'receipts',
  port: { variable: 'RECEIPTS_PORT', fallback: 5014 },
  streams: [receiptStream],
  readModels: [],
  tasks: (deps) => [askAgainTask(deps)],
  checks: authorityChecks,
  migrations: new URL('../../migrations/', import.meta.url),
  routes: registrationRoutes,
  start: async (deps) => startRegistrar(deps, hasty),
});
