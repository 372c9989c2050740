import { defineService } from '@dabba/service-kit';
import { startArchiving } from './archive/close/start.ts';
import { archiveTask } from './archive/close/task.ts';
import { archiveOf } from './archive/index.ts';
import { admitting } from './contract/admit.ts';
import { contractStream } from './contract/contract.ts';
import { contractRoutes } from './contract/routes.ts';
import { seedContracts } from './contract/seed.ts';
import { pacer } from './giving-way/pace.ts';
import { pressureOn } from './giving-way/pressure.ts';
import { batchRoutes } from './intake/batch-routes.ts';
import { openDaysAhead } from './intake/days.ts';
import { intakeRoutes } from './intake/routes.ts';
import { startJudging } from './judging/start.ts';
import { partsOf, readAgain } from './parts.ts';
import { rootStream } from './proof/roots.ts';
import { proofRoutes } from './proof/routes.ts';
import { closeDaysTask, startClosing } from './proof/task.ts';
import { onMealSold } from './reactions/on-meal-sold.ts';
import { onOrders } from './reactions/on-orders.ts';
import { takeSaleTask } from './reactions/take-sale.ts';
import { receiptList } from './read-models/receipt-list.ts';
import { endedOf } from './receipt/ended.ts';
import { receiptStream } from './receipt/receipt.ts';
import { usual } from './registration/registrar.ts';
import { askAgainTask } from './registration/reopen.ts';
import { registrationRoutes } from './registration/routes.ts';
import { authorityChecks, startRegistrar } from './registration/start.ts';
import { listRoutes } from './status/list-routes.ts';
import { statusRoutes } from './status/routes.ts';
import { receiptTypeStream, typeRoutes } from './types/index.ts';
import { webhookStream } from './webhooks/endpoint.ts';
import { webhookRoutes } from './webhooks/routes.ts';
import { startWebhooks } from './webhooks/sender.ts';

export const service = defineService({
  name: 'receipts',
  port: { variable: 'RECEIPTS_PORT', fallback: 5014 },
  streams: [receiptStream, contractStream, receiptTypeStream, webhookStream, rootStream],
  readModels: [receiptList],
  reactions: ({ region }) => [onMealSold(region), onOrders],
  tasks: (deps) => [
    askAgainTask(deps),
    takeSaleTask(deps),
    closeDaysTask(deps),
    archiveTask({ ...deps, archive: archiveOf(deps).settings }),
  ],
  migrations: new URL('./migrations/', import.meta.url),
  checks: authorityChecks,
  async routes(app, deps) {
    const { contracts, intake, types, defining, maxBytes } = await partsOf(deps);
    app.metrics.registerMetric(endedOf(deps.store));
    contractRoutes(app, deps);
    typeRoutes(app, {
      ...defining,
      now: deps.now,
      env: deps.env,
      types,
      admit: admitting(contracts, deps.now),
    });
    await intakeRoutes(app, { ...deps, ...intake }, contracts, maxBytes);
    await batchRoutes(app, { ...deps, ...intake }, contracts, maxBytes);
    listRoutes(app, deps, contracts);
    registrationRoutes(app, deps);
    webhookRoutes(app, deps, contracts);
    proofRoutes(app, deps, contracts);
    statusRoutes(app, deps, contracts);
  },
  async start(deps) {
    const { types, arrived } = await partsOf(deps);
    await openDaysAhead(deps.pool, deps.now());
    await startClosing(deps);
    const pressure = pressureOn(deps.pool);
    const pace = () => pacer(pressure);
    const running = [
      startJudging({ ...deps, types, parse: readAgain }, arrived, pace()),
      startRegistrar(deps, { ...usual, pace }),
      startWebhooks(deps),
      await startArchiving(deps),
      types,
    ];
    return {
      async stop() {
        await Promise.all(running.map((part) => part.stop()));
      },
    };
  },
  apart: true,
  seed: seedContracts,
});
