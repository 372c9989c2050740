import { type App, Problem } from '@dabba/service-kit';
import { isIn, networks } from './address.ts';

const inside = networks(['127.0.0.0/8', '::1', '10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', 'fc00::/7']);
const ownPaths = new Set(['/metrics', '/openapi.json']);

/** The gateway's own metrics are for a scraper beside it: from outside, or through a proxy, they do not exist. */
export function hideOwnRoutes(app: Pick<App, 'addHook'>): void {
  app.addHook('onRequest', async ({ routeOptions, headers, socket }) => {
    if (!ownPaths.has(routeOptions.url ?? '')) return;
    const throughProxy = headers['x-forwarded-for'] !== undefined;
    if (throughProxy || !isIn(inside, socket.remoteAddress ?? ''))
      throw new Problem({ status: 404, code: 'not-found', detail: 'There is nothing here.' });
  });
}
