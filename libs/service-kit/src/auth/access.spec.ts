import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, exportPKCS8, generateKeyPair, importPKCS8, SignJWT, UnsecuredJWT } from 'jose';
import { expect, test } from 'vitest';
import { listRoutes, makePublic } from '../http/access.ts';
import { testApp } from '../spec/test-app.ts';
import { audience, issuer, makeIssuer } from '../spec/tokens.ts';
import { principalOf, requireMetro } from './principal.ts';
import { tokenVerifier } from './verifier.ts';

const identity = await makeIssuer();
const { app } = await testApp(identity);
const now = () => Math.floor(Date.now() / 1000);

function create(authorization?: string) {
  const headers = authorization === undefined ? {} : { authorization };
  return app.inject({ method: 'POST', url: '/api/v1/lots', payload: { sku: 'a', quantity: 1 }, headers });
}

test('S2-SEC-01 a route lets in who has its permission, and answers 403 to who has not', async () => {
  expect((await create(`Bearer ${await identity.token()}`)).statusCode).toBe(200);
  const answer = await create(`Bearer ${await identity.token({ roles: ['customer'] })}`);
  expect(answer.json()).toMatchObject({ status: 403, code: 'forbidden' });
  expect((await create(`Bearer ${await identity.token({ roles: ['root', '__proto__'] })}`)).statusCode).toBe(
    403,
  );
  expect((await create(`Bearer ${await identity.token({ roles: [] })}`)).statusCode).toBe(403);
});

const stranger = await makeIssuer();
const claims = { iss: issuer, aud: audience, sub: 'p', kind: 'person', roles: ['kitchen'] };
const publicPem = JSON.stringify(identity.keys.keys[0]);

const forged: [what: string, token: () => Promise<string> | string][] = [
  ['no JWT', () => 'abc'],
  ['one signed by a stranger', () => stranger.token()],
  ['one with an unknown kid', () => identity.token({}, { kid: 'k2' })],
  ['an expired one', () => identity.token({ exp: now() - 60 })],
  ['one that is not valid yet', () => identity.token({ nbf: now() + 60 })],
  ['one of another issuer', () => identity.token({ iss: 'https://evil.example' })],
  ['one for another audience', () => identity.token({ aud: 'other' })],
  ['one without an expiry', () => identity.token({ exp: undefined })],
  ['one without a subject', () => identity.token({ sub: undefined })],
  ['one without roles', () => identity.token({ roles: undefined })],
  ['one whose roles are text', () => identity.token({ roles: 'kitchen' })],
  [
    'an unsigned one (alg none)',
    () => new UnsecuredJWT(claims).setIssuedAt().setExpirationTime('5m').encode(),
  ],
  [
    'one signed with the public key as a secret (HS256)',
    () =>
      new SignJWT(claims)
        .setProtectedHeader({ alg: 'HS256', kid: 'k1' })
        .setIssuedAt()
        .setExpirationTime('5m')
        .sign(new TextEncoder().encode(publicPem)),
  ],
  [
    'one of another algorithm (PS256)',
    async () =>
      new SignJWT(claims)
        .setProtectedHeader({ alg: 'PS256', kid: 'k1' })
        .setIssuedAt()
        .setExpirationTime('5m')
        .sign((await generateKeyPair('PS256')).privateKey),
  ],
  [
    'one that was changed',
    async () => {
      const [header, , signature] = (await identity.token({ roles: ['customer'] })).split('.');
      const [, payload] = (await stranger.token({ roles: ['admin'] })).split('.');
      return [header, payload, signature].join('.');
    },
  ],
];

test.each(forged)('S2-SEC-02 a token that is %s is 401', async (_what, token) => {
  const answer = await create(`Bearer ${await token()}`);
  expect(answer.statusCode).toBe(401);
  expect(answer.headers['www-authenticate']).toMatch(/^Bearer /);
  expect(answer.json().code).toBe('unauthenticated');
});

test('S2-SEC-02 RS256 alone is accepted, even where the key itself would allow another algorithm', async () => {
  const pair = await generateKeyPair('RS256', { extractable: true });
  const keys = { keys: [{ ...(await exportJWK(pair.publicKey)), kid: 'k1' }] };
  const verify = tokenVerifier({ issuer, audience, keys });
  const header = async (alg: string) => {
    const key = await importPKCS8(await exportPKCS8(pair.privateKey), alg);
    const token = new SignJWT(claims).setProtectedHeader({ alg, kid: 'k1' });
    return `Bearer ${await token.setIssuedAt().setExpirationTime('5m').sign(key)}`;
  };
  expect((await verify(await header('RS256'))).id).toBe('p');
  await expect(verify(await header('RS512'))).rejects.toMatchObject({ init: { status: 401 } });
});

test.each([undefined, '', 'Basic YTpi', 'Bearer', 'Bearer a.b'])(
  'S2-SEC-02 the header %s is 401',
  async (header) => {
    expect((await create(header)).statusCode).toBe(401);
  },
);

test('a 401 comes before the body is looked at', async () => {
  const answer = await app.inject({
    method: 'POST',
    url: '/api/v1/lots',
    payload: '{"broken',
    headers: { 'content-type': 'application/json' },
  });
  expect(answer.statusCode).toBe(401);
});

test('X-03 a route that does not say who may use it keeps the service from starting', async () => {
  const { app: open } = await testApp(identity, {
    routes: (own) => void own.get('/open', async () => 'hello'),
  });
  await expect(open.ready()).rejects.toThrow('GET /open');
});

test('X-03 every route of an app is listed with its permission, those of plugins made public, too', async () => {
  const { app: listed } = await testApp(identity, {
    async routes(own) {
      own.get('/closed', { config: { permission: 'meals:read' } }, async () => 'closed');
      await own.register(async (scope) => {
        makePublic(scope);
        scope.get('/docs', async () => 'docs');
      });
    },
  });
  await listed.ready();
  expect(listRoutes(listed)).toContainEqual({ method: 'GET', url: '/closed', permission: 'meals:read' });
  const open = listRoutes(listed).filter((route) => route.permission === undefined && route.method === 'GET');
  expect(open.map((route) => route.url).sort()).toEqual(['/docs', '/openapi.json']);
  for (const { method, url, permission } of listRoutes(listed)) {
    if (permission === undefined || (method !== 'GET' && method !== 'HEAD')) continue;
    expect((await listed.inject({ method, url })).statusCode, `${method} ${url}`).toBe(401);
  }
});

test('X-08 a principal acts in its own metro; one of the whole region in every one', async () => {
  const { app: metros } = await testApp(identity, {
    routes(own) {
      own.get('/nyc', { config: { permission: 'self:read' } }, async (request) => {
        requireMetro(principalOf(request), 'nyc');
        return principalOf(request);
      });
    },
  });
  const ask = async (metro: string | null) =>
    metros.inject({
      url: '/nyc',
      headers: { authorization: `Bearer ${await identity.token({ metro, kitchen_id: 'k7' })}` },
    });
  expect((await ask('sfo')).json()).toMatchObject({ status: 403, code: 'other-metro' });
  expect((await ask('nyc')).json()).toMatchObject({ id: 'person-1', metro: 'nyc', kitchenId: 'k7' });
  expect((await ask(null)).statusCode).toBe(200);
});

test('known keys go on working while identity is away; unknown ones are 503, not 401', async () => {
  const server = createServer((_request, response) => response.end(JSON.stringify(identity.keys)));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port }: AddressInfo = Object(server.address());
  const keys = new URL(`http://127.0.0.1:${port}/jwks`);
  const verify = tokenVerifier({ issuer, audience, keys });
  const header = `Bearer ${await identity.token()}`;
  expect((await verify(header)).id).toBe('person-1');
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  expect((await verify(header)).id).toBe('person-1');
  const fresh = tokenVerifier({ issuer, audience, keys });
  await expect(fresh(header)).rejects.toMatchObject({ init: { status: 503, code: 'keys-away' } });
});
