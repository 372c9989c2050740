import { defineService } from '@dabba/service-kit';
import { onKitchen } from './reactions/on-kitchen.ts';
import { onOrders } from './reactions/on-orders.ts';
import { onReservations } from './reactions/on-reservations.ts';
import { outlets } from './read-models/outlets.ts';
import { stockList } from './read-models/stock-list.ts';
import { reservationStream } from './reservation/reservation.ts';
import { reservationRoutes } from './reservation/routes.ts';
import { seedInventory } from './seed/seed.ts';
import { keptFor } from './settings.ts';
import { stockReadingRoutes } from './stock/reading-routes.ts';
import { stockRoutes } from './stock/routes.ts';
import { stockStream } from './stock/stock.ts';
import { expireReservationTask } from './tasks/expire-reservation.ts';
import { retakeReservationTask } from './tasks/retake-reservation.ts';

export const service = defineService({
  name: 'inventory',
  port: { variable: 'INVENTORY_PORT', fallback: 5016 },
  rest: 70,
  streams: [stockStream, reservationStream],
  readModels: [outlets, stockList],
  reactions: ({ env }) => [onOrders(keptFor(env)), onKitchen, onReservations],
  tasks: (deps) => [expireReservationTask(deps), retakeReservationTask(deps)],
  routes(app, deps) {
    reservationRoutes(app, deps);
    stockReadingRoutes(app, deps);
    stockRoutes(app, deps);
  },
  seed: seedInventory,
});
