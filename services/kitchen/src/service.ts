import { asker, defineService } from '@dabba/service-kit';
import { outletRoutes } from './doors/outlet-routes.ts';
import { actOn, ticketRoutes } from './doors/ticket-routes.ts';
import { showing } from './doors/view.ts';
import { feedRoutes } from './feed/routes.ts';
import { onOrders } from './reactions/on-orders.ts';
import { kitchenOutlets } from './read-models/kitchen-outlets.ts';
import { ticketList } from './read-models/ticket-list.ts';
import { settingsFrom } from './settings.ts';
import { estimateKitchenTask } from './tasks/estimate-kitchen.ts';
import { fireTicketTask } from './tasks/fire-ticket.ts';
import { ticketStream } from './ticket/ticket.ts';
import { webhookRoutes } from './webhook/routes.ts';
import { openWishes } from './wishes/wishes.ts';

export const service = defineService({
  name: 'kitchen',
  port: { variable: 'KITCHEN_PORT', fallback: 5019 },
  rest: 300,
  streams: [ticketStream],
  readModels: [ticketList, kitchenOutlets],
  reactions: ({ env }) => [onOrders(settingsFrom(env).estimateAfter)],
  tasks(deps) {
    const { atOnce, estimateAfter } = settingsFrom(deps.env);
    return [fireTicketTask(deps, estimateAfter), estimateKitchenTask(deps, atOnce)];
  },
  async routes(app, deps) {
    const settings = settingsFrom(deps.env);
    const act = actOn(deps, settings.estimateAfter);
    const { orders, wishesKept: kept } = settings;
    const shown = showing(openWishes({ ask: asker(settings, deps.now), orders, now: deps.now, kept }));
    ticketRoutes(app, deps, act, shown);
    outletRoutes(app, deps, act, shown);
    await webhookRoutes(app, deps, act);
    await feedRoutes(app, deps, settings, shown);
  },
  migrations: new URL('./migrations/', import.meta.url),
});
