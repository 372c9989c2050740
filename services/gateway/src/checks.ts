import type { HealthCheck } from '@dabba/service-kit';
import { request } from 'undici';
import { type Upstream, upstreams, upstreamUrl } from './routing/routes.ts';

/** The services behind. Without one of them the gateway is degraded, not away: the others go on being served. */
export function upstreamChecks(names: ReadonlySet<Upstream>, env: NodeJS.ProcessEnv): HealthCheck[] {
  return [...names].map((name) => ({
    name,
    required: false,
    async check() {
      const { statusCode, body } = await request(`${upstreamUrl(name, env)}/health/live`, {
        headersTimeout: 2_000,
        bodyTimeout: 2_000,
      });
      await body.dump();
      if (statusCode !== 200) throw new Error(`${upstreams[name].variable} answers ${statusCode}`);
    },
  }));
}
