import { isRefusal } from '@dabba/event-store';
import { type App, Jwks, Problem, problemFrom, type StoreDeps } from '@dabba/service-kit';
import rateLimit from '@fastify/rate-limit';
import type { FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { Value } from 'typebox/value';
import { jwksMaxAge } from '../keys/choose.ts';
import { keyRing } from '../keys/key-ring.ts';
import { hasher } from '../secrets/hashing.ts';
import { settingsFrom } from '../settings.ts';
import { authenticate } from './authenticate.ts';
import { credentialsOf, Grant } from './grant.ts';
import { issueToken } from './issue.ts';

const AccessToken = Type.Object({
  access_token: Type.String(),
  token_type: Type.Literal('Bearer'),
  expires_in: Type.Integer({ description: 'Seconds' }),
});

export async function tokenRoutes(app: App, deps: StoreDeps): Promise<void> {
  const settings = settingsFrom(deps.env);
  const hashes = hasher(settings.hashesAtOnce);
  const ring = keyRing(deps.db, deps.now, settings.privateKey);
  await app.register(rateLimit, { global: false });

  app.post(
    '/api/v1/auth/token',
    {
      config: {
        public: true,
        rateLimit: {
          hook: 'preHandler',
          max: settings.loginsPerSecond,
          timeWindow: 1000,
          cache: 50_000,
          keyGenerator: (request) => `${loginIn(request.body)} ${addressOf(request)}`,
          errorResponseBuilder: tooFast,
        },
      },
      schema: {
        summary: 'A short-lived access token for a login',
        tags: ['identity'],
        body: Grant,
        response: { 200: AccessToken },
      },
    },
    async (request, reply) => {
      const profile = await authenticate(deps, hashes, credentialsOf(request.body));
      if (isRefusal(profile)) throw problemFrom(profile);
      reply.header('cache-control', 'no-store');
      return {
        access_token: await issueToken(ring, profile, settings.token, deps.now()),
        token_type: 'Bearer' as const,
        expires_in: settings.token.life,
      };
    },
  );

  app.get(
    '/.well-known/jwks.json',
    {
      config: { public: true },
      schema: { summary: 'Keys that tokens are signed with', tags: ['identity'], response: { 200: Jwks } },
    },
    async (_request, reply) => {
      reply.header('cache-control', `public, max-age=${jwksMaxAge}`);
      return await ring.jwks();
    },
  );
}

/** The gateway says where a request came from, whatever its client said. */
function addressOf({ headers, ip }: FastifyRequest): string {
  return [headers['x-forwarded-for']].flat()[0] ?? ip;
}

function loginIn(body: unknown): string {
  return Value.Check(Grant, body) ? credentialsOf(body).login : '';
}

function tooFast(): Problem {
  return new Problem({
    status: 429,
    code: 'too-many-requests',
    detail: 'Too many tries with this login from this address.',
    retryAfter: 1,
  });
}
