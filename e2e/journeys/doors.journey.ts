import { readFileSync } from 'node:fs';
import { listRoutes, mayDo } from '@dabba/service-kit';
import { testTokens } from '@dabba/testing';
import { openTexts } from '@dabba/testing/card-data';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTown, type Town } from './support/town.ts';

let town: Town;
beforeAll(async () => {
  town = await openTown();
});
afterAll(() => town?.close());

/** What anybody may use without a token; everything else is closed. */
const open = [
  'GET /.well-known/jwks.json',
  'GET /api/v1/offline/keys',
  'GET /api/v1/receipt-roots/keys',
  'GET /health/live',
  'GET /health/ready',
  'GET /metrics',
  'GET /openapi.json',
  'POST /api/v1/auth/token',
  // What they are sent is signed; what opens the feed is a ticket of its own.
  'POST /webhooks/stripe',
  'POST /webhooks/spare',
  'POST /webhooks/paypal',
  'POST /webhooks/vendors/:vendor_id',
  'GET /ws/kitchen',
];
/** The gateway's own open doors; what its proxies let through is checked by the services behind them as well. */
const openAtTheGateway = [
  /^\w+ \/swagger/,
  /^\w+ \/api\/v1\/auth/,
  /^\w+ \/\.well-known\/jwks\.json/,
  /^\w+ \/api\/v1\/offline\/keys/,
  /^\w+ \/api\/v1\/receipt-roots\/keys/,
  /^\w+ \/webhooks\/(stripe|spare|paypal|vendors)/,
  /^\w+ \/ws\/kitchen/,
];

/** Below the API, and reached through the gateway all the same. */
const signedOrOpen = /^\/(\.well-known\/jwks\.json|webhooks\/(stripe|spare|paypal|vendors)|ws\/kitchen)/;
const behind = () => [...town.stores().map(([, service]) => service), town.bridge];

function knock(base: string, method: string, url: string, authorization: string | undefined) {
  const body = method === 'GET' || method === 'HEAD' ? {} : { body: '{}' };
  return fetch(`${base}${url.replace(/:\w+/g, 'anything').replace('*', 'anything')}`, {
    method,
    headers: {
      'content-type': 'application/json',
      ...(authorization !== undefined && { authorization }),
    },
    ...body,
  });
}

describe('S1-SEC-01 every door of every service', () => {
  it('is closed unless it is listed as open', () => {
    for (const service of behind()) {
      const routes = listRoutes(service.app).filter(
        ({ permission, method }) => permission === undefined && method !== 'HEAD',
      );
      for (const { method, url } of routes) expect(open, `${method} ${url}`).toContain(`${method} ${url}`);
    }
    for (const { method, url, permission } of listRoutes(town.gateway.app)) {
      if (permission !== undefined || method === 'HEAD') continue;
      const door = `${method} ${url}`;
      const known = open.includes(door) || openAtTheGateway.some((pattern) => pattern.test(door));
      expect(known, door).toBe(true);
    }
  });

  it('X-03 answers 401 without a token or with a forged one, and 403 to every role that may not', async () => {
    const stranger = await testTokens();
    const people = ['cus_sfo_001', 'stf_sfo_1', 'cou_sfo_1', 'mer_sfo_1', 'csh_sfo_1', 'ops_sfo', 'admin'];
    const logins = [...people, 'fr_sfo_01', 'svc_meals', 'till_sfo', 'audit_sfo'];
    const wrong: string[] = [];
    let asked = 0;
    for (const service of [...behind(), town.gateway])
      for (const { method, url, permission } of listRoutes(service.app)) {
        if (permission === undefined) continue;
        const ask = async (who: string, authorization: string | undefined, expected: number) => {
          const { status } = await knock(service.url, method, url, authorization);
          asked += 1;
          if (status !== expected) wrong.push(`${method} ${url} by ${who}: ${status}, not ${expected}`);
        };
        const barred = logins.filter((login) => !mayDo(town.as(login).credential.roles, permission));
        await Promise.all([
          ask('nobody', undefined, 401),
          ask('a stranger', await stranger.bearer(['admin']), 401),
          ...barred.map(async (login) => ask(login, `Bearer ${await town.tokenOf(login)}`, 403)),
        ]);
      }
    expect(wrong).toEqual([]);
    expect(asked).toBeGreaterThan(400);
  });

  it('S2-SEC-01 shows a role only what the table grants it', async () => {
    const attempts = [
      { login: 'cus_sfo_001', path: '/api/v1/principals', permission: 'principals:read' },
      { login: 'cou_sfo_1', path: '/api/v1/fridges/fr_sfo_01/sales', permission: 'fridges:sales' },
      { login: 'cus_sfo_001', path: '/api/v1/lots/none', permission: 'lots:read' },
    ] as const;
    for (const { login, path, permission } of attempts) {
      const client = town.as(login);
      expect(mayDo(client.credential.roles, permission)).toBe(false);
      expect((await client.get(path)).status, `${login} ${path}`).toBe(403);
    }
    expect((await town.as('admin').get('/api/v1/principals?limit=5')).status).toBe(200);
  });

  it('S1-SVC-07 of the services behind, nothing but their API can be reached through the gateway', async () => {
    const outside = {
      'x-forwarded-for': '203.0.113.9',
      authorization: `Bearer ${await town.tokenOf('admin')}`,
    };
    const inner = behind()
      .flatMap((service) => listRoutes(service.app))
      .filter(({ url }) => !url.startsWith('/api/v1/') && !signedOrOpen.test(url));
    expect(inner.map(({ url }) => url)).toEqual(expect.arrayContaining(['/metrics', '/openapi.json']));
    for (const { method, url } of inner) {
      const response = await fetch(`${town.url}${url}`, { method, headers: outside });
      const text = await response.text();
      // Its own health is the one thing the gateway shows under the same name.
      if (url.startsWith('/health/') && method === 'GET') expect(JSON.parse(text).service).toBe('gateway');
      else if (!url.startsWith('/health/')) expect(response.status, `${method} ${url}`).toBe(404);
    }
    for (const path of ['/api/v1/nothing', '/internal', '/api/v1/meals/..%2f..%2fmetrics', '//metrics']) {
      const response = await fetch(`${town.url}${path}`, { headers: outside });
      expect([400, 404], path).toContain(response.status);
      expect(await response.text()).not.toContain('dabba_http_request_duration');
    }
  });

  it('S1-SET-07 the gateway shows the merged OpenAPI of all services', async () => {
    const response = await fetch(`${town.url}/swagger/json`);
    const { paths }: { paths: Record<string, unknown> } = JSON.parse(await response.text());
    expect(Object.keys(paths)).toEqual(
      expect.arrayContaining([
        '/api/v1/auth/token',
        '/api/v1/lots',
        '/api/v1/meals/{id}',
        '/api/v1/fridges/{id}',
        '/api/v1/receipts',
        '/api/v1/receipts/{id}',
        '/api/v1/receipt-types',
        '/api/v1/receipt-contracts/{client_id}',
        '/api/v1/vendors/{id}/menu',
        '/api/v1/inventory/{outlet_id}/items',
        '/api/v1/orders',
        '/api/v1/cart/checkout',
        '/api/v1/payments/{id}/refunds',
        '/api/v1/kitchen/tickets/{id}',
      ]),
    );
    expect(Object.keys(paths).filter((path) => /metrics|health|openapi/.test(path))).toEqual([]);
    const kept: { paths: Record<string, unknown> } = JSON.parse(
      readFileSync(new URL('../../docs/openapi.json', import.meta.url), 'utf8'),
    );
    expect(Object.keys(kept.paths).sort(), 'npm run docs').toEqual(Object.keys(paths).sort());
  });

  it('S1-SEC-05 none takes the number of a card in anybody’s words', async () => {
    const response = await fetch(`${town.url}/swagger/json`);
    expect(openTexts(await response.json())).toEqual([]);
    const { status, body } = await town
      .as('ops_sfo')
      .post('/api/v1/fridges/fr_sfo_01/commands', { kind: 'LOCK', reason: 'paid by 4242 4242 4242 4242' });
    expect(status).toBe(400);
    expect(body).toMatchObject({ errors: [{ pointer: '#/reason' }] });
  });

  it('X-08 acts in its own metro only', async () => {
    const { status, body } = await town
      .as('ops_nyc')
      .post('/api/v1/fridges/fr_sfo_01/commands', { kind: 'LOCK', reason: 'mischief' });
    expect(status).toBe(403);
    expect(body).toMatchObject({ code: 'other-metro' });
  });
});
