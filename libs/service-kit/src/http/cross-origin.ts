import cors from '@fastify/cors';
import type { App } from '../types.ts';

/** Lets pages of the named origins call; without any there is no CORS at all. */
export async function allowOrigins(app: App, origins: readonly string[]): Promise<void> {
  if (origins.length === 0) return;
  app.addHook('onRoute', (route) => {
    // A preflight carries no token.
    if (route.method === 'OPTIONS' && route.url === '*') route.config = { ...route.config, public: true };
  });
  await app.register(cors, {
    origin: [...origins],
    exposedHeaders: ['etag', 'location', 'retry-after', 'x-correlation-id', 'idempotent-replayed'],
  });
}
