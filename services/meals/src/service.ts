import { defineService } from '@dabba/service-kit';
import { fridgeStream } from './fridge/fridge.ts';
import { fridgeRoutes } from './fridge/routes.ts';
import { lotStream } from './lot/lot.ts';
import { lotRoutes } from './lot/routes.ts';
import { mealStream } from './meal/meal.ts';
import { mealRoutes } from './meal/routes.ts';
import { onFridgeFacts } from './reactions/on-fridge-facts.ts';
import { fridgeSales } from './read-models/fridge-sales.ts';
import { mealList } from './read-models/meal-list.ts';
import { seedFridges } from './seed/fridges.ts';

export const service = defineService({
  name: 'meals',
  port: { variable: 'MEALS_PORT', fallback: 5012 },
  streams: [lotStream, mealStream, fridgeStream],
  readModels: [mealList, fridgeSales],
  reactions: () => [onFridgeFacts],
  routes(app, deps) {
    lotRoutes(app, deps);
    mealRoutes(app, deps);
    fridgeRoutes(app, deps);
  },
  seed: seedFridges,
});
