import { type App, defineService, type PlainService, type ServiceDeps } from '@dabba/service-kit';
import { upstreamChecks } from './checks.ts';
import { dropDisguises } from './disguises.ts';
import { hideOwnRoutes } from './limits/inside.ts';
import { limitRates } from './limits/rate-limits.ts';
import { mergedDocument } from './openapi/documents.ts';
import { swaggerRoutes } from './openapi/swagger.ts';
import { proxyRoutes } from './proxy/proxy.ts';
import { type Route, routes as table } from './routing/routes.ts';
import { settingsFrom } from './settings.ts';

/** A gateway with its route table; the real one, or a test's. */
export function gatewayFor(routes: readonly Route[]): PlainService {
  return defineService({
    name: 'gateway',
    port: { variable: 'GATEWAY_PORT', fallback: 5003 },
    withoutKafka: true,
    checks: ({ env }: ServiceDeps) => upstreamChecks(new Set(routes.map((route) => route.upstream)), env),
    async routes(app: App, { env, now }: ServiceDeps) {
      const settings = settingsFrom(env);
      dropDisguises(app);
      hideOwnRoutes(app);
      await limitRates(app, routes, settings);
      await swaggerRoutes(app, mergedDocument(routes, env, now));
      await proxyRoutes(app, routes, settings, env);
    },
  });
}

/** The one public door. */
export const service = gatewayFor(table);
