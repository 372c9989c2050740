import { type App, Problem } from '@dabba/service-kit';
import rateLimit from '@fastify/rate-limit';
import type { FastifyRequest } from 'fastify';
import { leadsTo, type Route } from '../routing/routes.ts';
import type { GatewaySettings } from '../settings.ts';
import { addressOf } from './address.ts';
import { type Caller, callerOf, strangerAt } from './caller.ts';

const minute = 60_000;

/** Every route registered from here on counts against its caller's quota, after the token has been verified. */
export async function limitRates(
  app: App,
  routes: readonly Route[],
  { quotas, trusted }: GatewaySettings,
): Promise<void> {
  const signed = routes.filter(({ access }) => access === 'signed');
  await app.register(rateLimit, {
    global: true,
    timeWindow: minute,
    cache: 100_000,
    keyGenerator: (request) => caller(request).key,
    max: (request) => quotas[caller(request).class],
    errorResponseBuilder: (request, { max, ttl }) =>
      new Problem({
        status: 429,
        code: 'rate-limited',
        detail: `More than ${max} requests in a minute. Come back in ${Math.ceil(ttl / 1000)} s.`,
        extra: { limit: max, class: caller(request).class },
        retryAfter: ttl / 1000,
      }),
  });

  function caller(request: FastifyRequest): Caller {
    if (request.principal) return callerOf(request.principal);
    const path = request.routeOptions.url ?? '';
    return strangerAt(
      addressOf(request, trusted),
      signed.some((route) => leadsTo(route, path)),
    );
  }
}
