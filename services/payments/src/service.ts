import { defineService } from '@dabba/service-kit';
import { allowanceStream } from './allowance/allowance.ts';
import { allowanceRoutes } from './allowance/routes.ts';
import { paymentTasks } from './effects/tasks.ts';
import { ledger } from './ledger/ledger.ts';
import { partsOf } from './parts.ts';
import { debtRoutes } from './payer/debt-routes.ts';
import { payerStream } from './payer/payer.ts';
import { payerRoutes } from './payer/routes.ts';
import { intentRoutes } from './payment/intent-routes.ts';
import { listRoutes } from './payment/list-routes.ts';
import { paymentStream } from './payment/payment.ts';
import { refundRoutes } from './payment/refund-routes.ts';
import { paymentRoutes } from './payment/routes.ts';
import { onDoors } from './reactions/on-doors.ts';
import { onMeals } from './reactions/on-meals.ts';
import { onOrders } from './reactions/on-orders.ts';
import { orderMoney } from './read-models/order-money.ts';
import { paymentList } from './read-models/payment-list.ts';
import { soldMeals } from './read-models/sold-meals.ts';
import { differenceStream } from './reconcile/difference.ts';
import { reconciler } from './reconcile/reconcile.ts';
import { reconciliationRoutes } from './reconcile/routes.ts';
import { startRounds } from './rounds/rounds.ts';
import { sweepHolds } from './rounds/sweep-holds.ts';
import { seedPayers } from './seed/payers.ts';
import { forgetNotices } from './webhooks/forget.ts';
import { pollNotices } from './webhooks/poll.ts';
import { webhookRoutes } from './webhooks/routes.ts';

export const service = defineService({
  name: 'payments',
  port: { variable: 'PAYMENTS_PORT', fallback: 5018 },
  rest: 40,
  streams: [paymentStream, allowanceStream, payerStream, differenceStream],
  readModels: [paymentList, ledger, soldMeals, orderMoney],
  reactions(deps) {
    const { providers, settings } = partsOf(deps);
    const [{ name }] = providers;
    return [onOrders(deps.region, name), onDoors(name, settings), onMeals(name, settings)];
  },
  tasks: paymentTasks,
  async routes(app, deps) {
    const parts = partsOf(deps);
    paymentRoutes(app, deps, parts);
    intentRoutes(app, deps, parts);
    listRoutes(app, deps);
    refundRoutes(app, deps, parts);
    allowanceRoutes(app, deps);
    payerRoutes(app, deps, parts);
    debtRoutes(app, deps, parts);
    reconciliationRoutes(app, deps, parts);
    await webhookRoutes(app, deps, parts);
  },
  async start(deps) {
    const parts = partsOf(deps);
    const { poll, sweep, reconcile: every } = parts.settings;
    return startRounds(
      [
        { name: 'poll-notices', every: poll, make: () => pollNotices(deps, parts) },
        { name: 'forget-notices', every: 3_600_000, make: () => forgetNotices(deps) },
        { name: 'sweep-holds', every: sweep, make: () => sweepHolds(deps, parts) },
        { name: 'reconcile', every, make: reconciler(deps, parts) },
      ],
      deps.log,
    );
  },
  migrations: new URL('./migrations/', import.meta.url),
  seed: seedPayers,
});
