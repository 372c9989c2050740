import { request as rawRequest } from 'node:http';
import { type RunningService, type ServiceDeps, startService } from '@dabba/service-kit';
import { freePort } from '@dabba/stack';
import { type TestTokens, testTokens, until } from '@dabba/testing';
import websocket from '@fastify/websocket';
import fastify, { type FastifyInstance } from 'fastify';
import {
  exportJWK,
  exportSPKI,
  type GenerateKeyPairResult,
  generateKeyPair,
  type JWTHeaderParameters,
  type JWTPayload,
  SignJWT,
  UnsecuredJWT,
} from 'jose';
import { WebSocket } from 'undici';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Route } from './routing/routes.ts';
import { routes } from './routing/routes.ts';
import { gatewayFor } from './service.ts';

let meals: FastifyInstance;
let gateway: RunningService<ServiceDeps>;
let tokens: TestTokens;
let own: GenerateKeyPairResult;
let reached: string[] = [];

const table: Route[] = [
  ...routes,
  { prefix: '/ws/meals', upstream: 'meals', access: 'token', websocket: true },
];

beforeAll(async () => {
  tokens = await testTokens();
  own = await generateKeyPair('RS256');
  const ownKey = { ...(await exportJWK(own.publicKey)), kid: 'ours', alg: 'RS256', use: 'sig' };
  meals = await mealsBehind();
  const env = {
    ...process.env,
    LOG_LEVEL: 'silent',
    MEALS_URL: await meals.listen({ port: 0, host: '127.0.0.1' }),
    IDENTITY_URL: `http://127.0.0.1:${await freePort()}`,
    UPSTREAM_TIMEOUT_MS: '500',
    RATE_LIMIT_PERSON: '20',
    RATE_LIMIT_ANONYMOUS: '50',
    BODY_LIMIT_BYTES: '1000',
  };
  gateway = await startService(gatewayFor(table), {
    port: 0,
    env,
    keys: { keys: [...tokens.keys.keys, ownKey] },
  });
});
afterAll(async () => {
  await gateway?.stop();
  await meals?.close();
});

async function mealsBehind(): Promise<FastifyInstance> {
  const app = fastify();
  await app.register(websocket);
  app.addHook('onRequest', async (request) => void reached.push(request.url));
  app.get('/api/v1/meals/slow', () => new Promise(() => {}));
  app.get('/api/v1/meals/broken', (request) => void request.raw.socket.destroy());
  app.get('/api/v1/meals/busy', (_request, reply) => reply.code(503).header('retry-after', '1').send({}));
  app.all('/api/v1/meals/echo', (request) => ({ headers: request.headers, body: request.body ?? null }));
  app.get('/ws/meals/live', { websocket: true }, (socket) => {
    socket.on('message', (data: Buffer) => socket.send(`heard ${data.toString()}`));
  });
  for (const path of ['/metrics', '/health/ready', '/api/v1/internal'])
    app.get(path, () => 'internal of meals');
  app.get('/openapi.json', () => ({
    openapi: '3.1.0',
    paths: { '/api/v1/meals/{id}': { get: { responses: {} } }, '/api/v1/internal': { get: {} } },
  }));
  return app;
}

async function call(path: string, options: RequestInit & { as?: string } = {}) {
  const authorization = options.as ?? (await tokens.bearer(['admin'], { sub: 'm', kind: 'machine' }));
  const headers = new Headers(options.headers);
  if (authorization) headers.set('authorization', authorization);
  const response = await fetch(`${gateway.url}${path}`, { ...options, headers });
  const text = await response.text();
  const json = response.headers.get('content-type')?.includes('json');
  return { status: response.status, headers: response.headers, body: json ? JSON.parse(text) : text };
}

/** As it stands: `fetch` would tidy the path and refuse the headers. */
function raw(path: string, headers: Record<string, string> = {}) {
  return new Promise<{ status: number; body: string }>((resolve, reject) => {
    const { hostname, port } = new URL(gateway.url);
    const sent = rawRequest({ hostname, port, path, headers }, (response) => {
      let body = '';
      response
        .on('data', (chunk) => (body += chunk))
        .on('end', () => resolve({ status: response.statusCode ?? 0, body }));
    });
    sent.on('error', reject).end();
  });
}

describe('S1-SVC-07 the one public door', () => {
  it('S1-SVC-07 leads to the service, with what the gateway knows and without disguises', async () => {
    const { status, body, headers } = await call('/api/v1/meals/echo', {
      method: 'POST',
      body: '{"big":12345678901234567890}',
      headers: {
        'content-type': 'application/json',
        'idempotency-key': 'k',
        'x-correlation-id': 'theirs',
        'x-user-id': 'admin',
        'x-forwarded-for': '1.2.3.4',
        traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
      },
    });
    expect(status).toBe(200);
    expect(body.headers).toMatchObject({ 'idempotency-key': 'k', 'x-forwarded-for': '127.0.0.1' });
    expect(body.headers).not.toHaveProperty('x-user-id');
    expect(body.headers.traceparent).toMatch(/^00-0af7651916cd43dd8448eb211c80319c-/);
    expect(body.headers['x-correlation-id']).toMatch(/^[0-9a-f-]{36}$/);
    expect(headers.get('x-correlation-id')).toBe(body.headers['x-correlation-id']);
  });

  it.each([
    '/api/v1/internal',
    '/api/v1/meals/../../../metrics',
    '/api/v1/meals/..%2f..%2f..%2fmetrics',
    '/api/v1/meals/%2e%2e/%2e%2e/%2e%2e/openapi.json',
    '/api/v1/meals/..\\..\\..\\health\\ready',
    '/api/v1/meals%2f..%2f..%2f..%2fmetrics',
    '//metrics',
    '/meals/metrics',
    '/api/v1/mealsandmore',
  ])('S1-SVC-07 reaches no internal route by %s', async (path) => {
    reached = [];
    const authorization = await tokens.bearer(['admin']);
    const answer = await raw(path, { authorization });
    expect(answer.status).toBeGreaterThanOrEqual(400);
    expect(answer.body).not.toContain('internal of');
    expect(reached).toEqual([]);
  });

  it('shows its own metrics and OpenAPI to nobody who comes through a proxy', async () => {
    for (const path of ['/metrics', '/openapi.json'])
      expect((await raw(path, { 'x-forwarded-for': '203.0.113.9' })).status, path).toBe(404);
    expect((await raw('/metrics')).body).not.toContain('internal of meals');
  });

  it('carries WebSockets, for those with a token', async () => {
    const address = `${gateway.url.replace('http', 'ws')}/ws/meals/live`;
    const socket = new WebSocket(address, { headers: { authorization: await tokens.bearer(['customer']) } });
    const heard: unknown[] = [];
    socket.addEventListener('message', ({ data }) => heard.push(data));
    socket.addEventListener('open', () => socket.send('hello'));
    await until('the echo', () => heard.length > 0);
    expect(heard).toEqual(['heard hello']);
    socket.close();
    const refused = new WebSocket(address);
    let failed = false;
    refused.addEventListener('error', () => {
      failed = true;
    });
    await until('the refusal', () => failed);
  });
});

describe('a token at the door', () => {
  const claims = { kind: 'person', roles: ['admin'], metro: 'sfo' };
  const forge = (header: JWTHeaderParameters) =>
    new SignJWT(claims)
      .setProtectedHeader({ kid: 'ours', ...header })
      .setIssuer('https://identity.dabba.dev')
      .setAudience('dabba')
      .setSubject('admin')
      .setIssuedAt()
      .setExpirationTime('5m');

  async function refused(authorization: string) {
    reached = [];
    const { status, body, headers } = await call('/api/v1/meals/echo', { as: authorization });
    expect(status).toBe(401);
    expect(body).toMatchObject({ code: 'unauthenticated' });
    expect(headers.get('www-authenticate')).toContain('Bearer');
    expect(reached).toEqual([]);
  }

  it('S2-API-01 is needed', () => refused(''));
  it('S2-API-01 is not any word', () => refused('Bearer x.y.z'));
  it('S2-API-01 with alg none is refused', async () => {
    const none = new UnsecuredJWT(claims).setSubject('admin').setIssuedAt().setExpirationTime('5m');
    await refused(`Bearer ${none.setIssuer('https://identity.dabba.dev').setAudience('dabba').encode()}`);
    await refused(`Bearer ${none.encode()}x`);
  });
  it('S2-API-01 signed with the public key as HS256 secret is refused', async () => {
    const { publicKey } = own;
    for (const secret of [JSON.stringify(await exportJWK(publicKey)), await exportSPKI(publicKey)])
      await refused(`Bearer ${await forge({ alg: 'HS256' }).sign(Buffer.from(secret))}`);
  });
  it('S2-API-01 signed with another key, even one it brings along, is refused', async () => {
    const { privateKey, publicKey } = await generateKeyPair('RS256');
    const jwk = await exportJWK(publicKey);
    await refused(`Bearer ${await forge({ alg: 'RS256', jwk }).sign(privateKey)}`);
  });
  it.each([
    ['expired', { exp: Math.floor(Date.now() / 1000) - 60 }],
    ['for another audience', { aud: 'elsewhere' }],
    ['of another issuer', { iss: 'https://elsewhere' }],
    ['without a subject', { sub: '' }],
  ])('S2-API-01 that is %s is refused', async (_what, change) => {
    const now = Math.floor(Date.now() / 1000);
    const right = {
      ...claims,
      iss: 'https://identity.dabba.dev',
      aud: 'dabba',
      sub: 'admin',
      iat: now,
      exp: now + 300,
    };
    const sign = (payload: JWTPayload) =>
      new SignJWT(payload).setProtectedHeader({ alg: 'RS256', kid: 'ours' }).sign(own.privateKey);
    expect((await call('/api/v1/meals/echo', { as: `Bearer ${await sign(right)}` })).status).toBe(200);
    await refused(`Bearer ${await sign({ ...right, ...change })}`);
  });
});

describe('X-10 quotas', () => {
  it('X-10 stop one person with a problem and Retry-After, and nobody else', async () => {
    const as = await tokens.bearer(['customer'], { sub: 'cus_sfo_001' });
    const answers = await Promise.all(Array.from({ length: 25 }, () => call('/api/v1/meals/echo', { as })));
    const stopped = answers.filter(({ status }) => status === 429);
    expect(stopped).toHaveLength(5);
    expect(stopped[0]?.body).toMatchObject({ code: 'rate-limited', class: 'person', limit: 20 });
    expect(stopped[0]?.headers.get('content-type')).toContain('application/problem+json');
    expect(Number(stopped[0]?.headers.get('retry-after'))).toBeGreaterThan(0);
    const other = await tokens.bearer(['customer'], { sub: 'cus_sfo_002' });
    expect((await call('/api/v1/meals/echo', { as: other })).status).toBe(200);
  });
});

describe('a service that does not answer', () => {
  it('is 503 with Retry-After when it is away', async () => {
    const { status, body, headers } = await call('/api/v1/principals');
    expect({ status, code: body.code }).toEqual({ status: 503, code: 'service-unavailable' });
    expect(headers.get('retry-after')).toBe('2');
  });

  it('is 504 when it is slow', async () => {
    expect((await call('/api/v1/meals/slow')).body).toMatchObject({ status: 504, code: 'gateway-timeout' });
  });

  it('is 502 when it hangs up', async () => {
    expect((await call('/api/v1/meals/broken')).body).toMatchObject({ status: 502, code: 'bad-gateway' });
  });

  it('speaks for itself when it says 503, and is not asked again', async () => {
    reached = [];
    const { status, headers } = await call('/api/v1/meals/busy');
    expect({ status, wait: headers.get('retry-after'), asked: reached.length }).toEqual({
      status: 503,
      wait: '1',
      asked: 1,
    });
  });
});

describe('bodies', () => {
  const post = (body: RequestInit['body']) =>
    call('/api/v1/meals/echo', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: body ?? null,
      ...(body instanceof ReadableStream && { duplex: 'half' }),
    });
  const large = JSON.stringify({ a: 'x'.repeat(2_000) });

  it('S2-API-01 are refused when they say they are too large', async () => {
    reached = [];
    expect((await post(large)).body).toMatchObject({ status: 413, code: 'body-too-large' });
    expect(reached).toEqual([]);
  });

  it('S2-API-01 are cut off when they do not say', async () => {
    const chunks = new ReadableStream({
      start(controller) {
        controller.enqueue(Buffer.from(large));
        controller.close();
      },
    });
    expect((await post(chunks)).body).toMatchObject({ status: 413, code: 'body-too-large' });
  });
});

describe('S1-SET-07 Swagger', () => {
  it('S1-SET-07 has the page, and the document although a service is away', async () => {
    const page = await call('/swagger', { as: '' });
    expect({ status: page.status, html: String(page.body).includes('swagger-ui') }).toEqual({
      status: 200,
      html: true,
    });
    expect(page.headers.get('content-security-policy')).toContain("script-src 'self'");
    const { status, body } = await call('/swagger/json', { as: '' });
    expect(status).toBe(200);
    expect(Object.keys(body.paths)).toEqual(['/api/v1/meals/{id}']);
    expect((await call('/swagger/static/swagger-ui.css', { as: '' })).status).toBe(200);
  });
});
