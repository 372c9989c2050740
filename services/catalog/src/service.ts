import { defineService } from '@dabba/service-kit';
import { itemStream } from './item/item.ts';
import { itemRoutes } from './item/routes.ts';
import { menuStream } from './menu/menu.ts';
import { menuRoutes } from './menu/routes.ts';
import { outletStream } from './outlet/outlet.ts';
import { outletRoutes } from './outlet/routes.ts';
import { fill, partsOf } from './parts.ts';
import { catalogRows } from './read-models/catalog-rows.ts';
import { outOfStock } from './read-models/out-of-stock.ts';
import { seedCatalog } from './seed/seed.ts';
import { followCatalog } from './shelf/follow.ts';
import { watchSoldOut } from './sold-out/watch.ts';
import { taxRoutes } from './tax/routes.ts';
import { taxStream } from './tax/tax.ts';
import { vendorReadingRoutes } from './vendor/reading-routes.ts';
import { vendorRoutes } from './vendor/routes.ts';
import { vendorStream } from './vendor/vendor.ts';

export const service = defineService({
  name: 'catalog',
  port: { variable: 'CATALOG_PORT', fallback: 5015 },
  rest: 150,
  streams: [vendorStream, outletStream, menuStream, itemStream, taxStream],
  readModels: [catalogRows, outOfStock],
  routes(app, deps) {
    const catalog = { ...deps, ...partsOf(deps, app) };
    vendorRoutes(app, catalog);
    vendorReadingRoutes(app, catalog);
    outletRoutes(app, catalog);
    menuRoutes(app, catalog);
    itemRoutes(app, catalog);
    taxRoutes(app, catalog);
  },
  async start(deps) {
    const parts = partsOf(deps);
    await fill(deps, parts);
    const unwatch = await watchSoldOut(deps, parts);
    const unfollow = await followCatalog(deps, parts.shelf);
    return {
      async stop() {
        await Promise.all([unwatch(), unfollow()]);
      },
    };
  },
  seed: seedCatalog,
});
