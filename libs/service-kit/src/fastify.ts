import type { Registry } from 'prom-client';
import type { Permission } from './auth/permissions.ts';
import type { RouteEntry } from './http/access.ts';
import type { Principal } from './types.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    permission?: Permission;
    public?: true;
    idempotencyKey?: 'required';
  }

  interface FastifyInstance {
    /** The service's clock, UTC milliseconds. */
    now(): number;
    routeEntries(): RouteEntry[];
    /** Where a service registers what it measures itself. */
    metrics: Registry;
  }

  interface FastifyRequest {
    /** Set once the token is verified; undefined on public routes without a token. */
    principal: Principal | undefined;
    /** W3C trace context of this request's server span. */
    traceparent: string | undefined;
  }
}
