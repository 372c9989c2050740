import { defineService } from '@dabba/service-kit';
import { asOfRoutes } from './as-of/routes.ts';
import { fleetRoutes } from './fridge/fleet-routes.ts';
import { fridgeStream } from './fridge/fridge.ts';
import { lockRoutes } from './fridge/lock-routes.ts';
import { fridgeRoutes } from './fridge/routes.ts';
import { ledgerRoutes } from './lot/ledger-routes.ts';
import { lotStream } from './lot/lot.ts';
import { recallRoutes } from './lot/recall-routes.ts';
import { lotRoutes } from './lot/routes.ts';
import { mealCommandRoutes } from './meal/commands.ts';
import { mealStream } from './meal/meal.ts';
import { mealRoutes } from './meal/routes.ts';
import { deniedStream } from './offline/denied.ts';
import { onUnsafeInside } from './offline/issue-policy.ts';
import { offlineStream } from './offline/offline.ts';
import { offlineRoutes } from './offline/routes.ts';
import { offlineTasks } from './offline/tasks.ts';
import { correctionRoutes } from './place/correction-routes.ts';
import { locationRoutes } from './place/location-routes.ts';
import { parRoutes } from './place/par-routes.ts';
import { pickListStream } from './place/pick-list.ts';
import { pickListRoutes } from './place/pick-list-routes.ts';
import { supplyStream } from './place/supply.ts';
import { onFridgeFacts } from './reactions/on-fridge-facts.ts';
import { onFridgeReadings } from './reactions/on-fridge-readings.ts';
import { customerDebts } from './read-models/customer-debts.ts';
import { exposure } from './read-models/exposure.ts';
import { fleet } from './read-models/fleet.ts';
import { fridgeSales } from './read-models/fridge-sales.ts';
import { fridgeStays } from './read-models/fridge-stays.ts';
import { journalChain } from './read-models/journal-chain.ts';
import { lotLedger } from './read-models/lot-ledger.ts';
import { mealList } from './read-models/meal-list.ts';
import { seedFridges } from './seed/fridges.ts';
import { customerDoorsStream } from './session/customer-doors.ts';
import { checkPriceLists } from './session/price-list.ts';
import { sessionRoutes } from './session/routes.ts';
import { sessionStream } from './session/session.ts';
import { checkCapacityTask } from './tasks/check-capacity.ts';
import { expireLotTask } from './tasks/expire-lot.ts';
import { recallLotTask } from './tasks/recall-lot.ts';
import { releaseReservationTask } from './tasks/release-reservation.ts';
import { sessionTimeoutTask } from './tasks/session-timeout.ts';
import { spoilInsideTask } from './tasks/spoil-inside.ts';
import { watchFleetTask } from './tasks/watch-fleet.ts';

export const service = defineService({
  name: 'meals',
  port: { variable: 'MEALS_PORT', fallback: 5012 },
  streams: [
    lotStream,
    mealStream,
    fridgeStream,
    sessionStream,
    customerDoorsStream,
    offlineStream,
    deniedStream,
    supplyStream,
    pickListStream,
  ],
  readModels: [mealList, lotLedger, fridgeSales, fridgeStays, customerDebts, fleet, journalChain, exposure],
  reactions: ({ region }) => [onFridgeFacts(region), onFridgeReadings(region), onUnsafeInside],
  tasks: (deps) => [
    expireLotTask(deps),
    releaseReservationTask(deps),
    recallLotTask(deps),
    sessionTimeoutTask(deps),
    checkCapacityTask(deps),
    spoilInsideTask(deps),
    watchFleetTask(deps),
    ...offlineTasks(deps),
  ],
  routes(app, deps) {
    checkPriceLists(deps.region.metros);
    lotRoutes(app, deps);
    recallRoutes(app, deps);
    ledgerRoutes(app, deps);
    mealRoutes(app, deps);
    mealCommandRoutes(app, deps);
    fleetRoutes(app, deps);
    lockRoutes(app, deps);
    fridgeRoutes(app, deps);
    sessionRoutes(app, deps);
    offlineRoutes(app, deps);
    locationRoutes(app, deps);
    parRoutes(app, deps);
    pickListRoutes(app, deps);
    correctionRoutes(app, deps);
    asOfRoutes(app, deps);
  },
  migrations: new URL('./migrations/', import.meta.url),
  seed: seedFridges,
});
