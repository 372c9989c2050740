import type { FastifyInstance, FastifyRequest, RouteOptions } from 'fastify';
import { mayDo, type Permission } from '../auth/permissions.ts';
import type { TokenVerifier } from '../auth/verifier.ts';
import { Problem } from './problem.ts';

export interface RouteEntry {
  method: string;
  url: string;
  /** Undefined when anybody may use it. */
  permission: Permission | undefined;
}

/**
 * Deny by default: a route without `config: { permission }` or `config: { public: true }` keeps the service from
 * starting; every other one needs a verified token whose roles have the permission.
 */
export function guardRoutes(app: FastifyInstance, verify: TokenVerifier): void {
  const routes: RouteOptions[] = [];
  app.decorate('routeEntries', () => routes.flatMap(entriesOf));
  app.addHook('onRoute', (route) => void routes.push(route));
  app.addHook('onReady', async () => {
    const open = routes.filter((route) => !accessOf(route)).map((route) => `${route.method} ${route.url}`);
    if (open.length > 0) throw new Error(`Routes that do not say who may use them: ${open.join(', ')}`);
  });
  app.addHook('onRequest', (request) => admit(request, verify));
}

/** Every route of a built app and who may use it. */
export function listRoutes(app: FastifyInstance): RouteEntry[] {
  return app.routeEntries();
}

/** For plugins that register their own routes (a documentation page): call it inside their scope, before them. */
export function makePublic(scope: FastifyInstance): void {
  scope.addHook('onRoute', (route) => {
    route.config = { ...route.config, public: true };
  });
}

async function admit(request: FastifyRequest, verify: TokenVerifier): Promise<void> {
  if (request.is404) return;
  const { permission, public: open } = request.routeOptions.config;
  if (open) return;
  request.principal = await verify(request.headers.authorization);
  if (permission === undefined || !mayDo(request.principal.roles, permission))
    throw new Problem({
      status: 403,
      code: 'forbidden',
      detail: `This needs the permission ${permission ?? 'none has'}.`,
    });
}

function accessOf({ config }: RouteOptions): boolean {
  return (config?.permission !== undefined) !== (config?.public === true);
}

function entriesOf({ method, url, config }: RouteOptions): RouteEntry[] {
  return [method].flat().map((verb) => ({ method: verb, url, permission: config?.permission }));
}
