import { defineService } from '@dabba/service-kit';
import { cartStream } from './cart/cart.ts';
import { cartRoutes } from './doors/cart-routes.ts';
import { changeRoutes } from './doors/change-routes.ts';
import { orderRoutes } from './doors/order-routes.ts';
import { receiptRoutes } from './doors/receipt-routes.ts';
import { refundRoutes } from './doors/refund-routes.ts';
import { revenueRoutes } from './doors/revenue-routes.ts';
import { slotRoutes } from './doors/slot-routes.ts';
import { vendorRoutes } from './doors/vendor-routes.ts';
import { wishesRoutes } from './doors/wishes-routes.ts';
import { orderStream } from './order/order.ts';
import { partsOf } from './parts.ts';
import { sagaReactions } from './reactions/reactions.ts';
import { catalogCopy } from './read-models/catalog-copy.ts';
import { kitchenLoad } from './read-models/kitchen-load.ts';
import { orderList } from './read-models/order-list.ts';
import { orderPayments } from './read-models/order-payments.ts';
import { orderReceipts } from './read-models/order-receipts.ts';
import { orderSales } from './read-models/order-sales.ts';
import { slotLoad } from './read-models/slot-load.ts';
import { settingsFrom } from './settings.ts';
import { slotStream } from './slot/slot.ts';
import { expireCartTask } from './tasks/expire-cart.ts';
import { freeSlotTask } from './tasks/free-slot.ts';
import { orderTimerTask } from './tasks/order-timer.ts';

export const service = defineService({
  name: 'orders',
  port: { variable: 'ORDERS_PORT', fallback: 5017 },
  rest: 40,
  streams: [orderStream, slotStream, cartStream],
  readModels: [catalogCopy, kitchenLoad, orderList, orderPayments, orderReceipts, orderSales, slotLoad],
  reactions: ({ env }) => sagaReactions(settingsFrom(env).patience),
  tasks: (deps) => [
    orderTimerTask(deps, settingsFrom(deps.env).patience),
    freeSlotTask(deps),
    expireCartTask(deps),
  ],
  routes(app, store) {
    const deps = partsOf(store, app);
    orderRoutes(app, deps);
    slotRoutes(app, deps);
    changeRoutes(app, deps);
    refundRoutes(app, deps);
    receiptRoutes(app, deps);
    cartRoutes(app, deps);
    vendorRoutes(app, deps);
    wishesRoutes(app, deps);
    revenueRoutes(app, deps);
  },
  migrations: new URL('./migrations/', import.meta.url),
});
