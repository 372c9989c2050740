import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type RunningService, type StoreDeps, startService } from '@dabba/service-kit';
import { freePort } from '@dabba/stack';
import { type TestDatabase, testDatabase, uniquePrefix } from '@dabba/testing';
import { decodeJwt, decodeProtectedHeader, SignJWT, UnsecuredJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { rotateKeys } from '../keys/signing-keys.ts';
import { seedIdentity, service } from '../service.ts';

let database: TestDatabase;
let identity: RunningService<StoreDeps>;
let folder: string;
let secrets: Map<string, string>;

beforeAll(async () => {
  database = await testDatabase('identity');
  folder = await mkdtemp(join(tmpdir(), 'identity-'));
  const port = await freePort();
  const env = {
    ...process.env,
    LOG_LEVEL: 'fatal',
    IDENTITY_DATABASE_URL: database.url,
    JWKS_URL: `http://127.0.0.1:${port}/.well-known/jwks.json`,
    LOGINS_PER_SECOND: '5',
    HASHES_AT_ONCE: '2',
  };
  identity = await startService(service, { port, env, kafkaPrefix: uniquePrefix('identity') });
  const file = join(folder, 'demo-credentials.json');
  await seedIdentity(identity.deps, file);
  const entries: Record<string, string>[] = JSON.parse(await readFile(file, 'utf8'));
  secrets = new Map(
    entries.map((entry) => [
      entry.username ?? entry.client_id ?? '',
      entry.password ?? entry.client_secret ?? '',
    ]),
  );
});
afterAll(async () => {
  await identity?.stop();
  await database?.drop();
  await rm(folder, { recursive: true, force: true });
});

async function ask(body: unknown, headers: Record<string, string> = {}) {
  const response = await fetch(`${identity.url}/api/v1/auth/token`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
  return { status: response.status, headers: response.headers, body: JSON.parse(await response.text()) };
}

const jwksNow = async () => JSON.parse(await (await fetch(`${identity.url}/.well-known/jwks.json`)).text());
const person = (username: string, password = secrets.get(username) ?? '') =>
  ask({ grant_type: 'password', username, password });
const machine = (client_id: string, client_secret = secrets.get(client_id) ?? '') =>
  ask({ grant_type: 'client_credentials', client_id, client_secret });
const me = (token: string) =>
  fetch(`${identity.url}/api/v1/principals/me`, { headers: { authorization: `Bearer ${token}` } });

describe('a token', () => {
  it('S1-SEC-01 is short-lived, RS256, and says ids and roles only', async () => {
    const { status, body, headers } = await person('stf_sfo_1');
    expect(status).toBe(200);
    expect(body).toMatchObject({ token_type: 'Bearer', expires_in: 300 });
    expect(headers.get('cache-control')).toBe('no-store');
    const claims = decodeJwt(body.access_token);
    expect(Object.keys(claims).sort()).toEqual(
      ['aud', 'exp', 'iat', 'iss', 'jti', 'kind', 'kitchen_id', 'metro', 'roles', 'sub'].sort(),
    );
    expect(claims).toMatchObject({
      sub: 'stf_sfo_1',
      kind: 'person',
      roles: ['kitchen'],
      metro: 'sfo',
      kitchen_id: 'kit_sfo_1',
    });
    expect((claims.exp ?? 0) - (claims.iat ?? 0)).toBe(300);
    const { alg, kid } = decodeProtectedHeader(body.access_token);
    expect(alg).toBe('RS256');
    const jwks = await jwksNow();
    expect(jwks.keys.map((key: { kid: string }) => key.kid)).toContain(kid);
    expect(JSON.stringify(jwks)).not.toMatch(/"(d|p|q|dp|dq|qi)"/);
  });

  it('S1-SVC-07 is given to machines and fridges for their client credentials', async () => {
    const { status, body } = await machine('fr_nyc_01');
    expect(status).toBe(200);
    expect(decodeJwt(body.access_token)).toMatchObject({ kind: 'fridge', fridge_id: 'fr_nyc_01' });
    expect(await (await me(body.access_token)).json()).toMatchObject({ id: 'fr_nyc_01', metro: 'nyc' });
  });

  it('is refused in the same words whether the login exists, is of another kind, or not', async () => {
    const refusals = await Promise.all([
      person('cus_sfo_001', 'wrong'),
      person('nobody_at_all', 'wrong'),
      person('fr_sfo_01', secrets.get('fr_sfo_01')),
      machine('cus_sfo_001', secrets.get('cus_sfo_001')),
    ]);
    for (const { status, body } of refusals) {
      expect(status).toBe(401);
      const { traceid, ...document } = body;
      const { traceid: _, ...first } = refusals[0].body;
      expect(document).toEqual(first);
      expect(document).toMatchObject({ code: 'invalid-credentials', instance: '/api/v1/auth/token' });
    }
  });

  it('is refused as slowly when the login does not exist', async () => {
    const spent = async (login: string) => {
      const begun = performance.now();
      await person(login, 'wrong');
      return performance.now() - begun;
    };
    const times = { known: [] as number[], unknown: [] as number[] };
    // In turn, so that a machine that is slow for a while is so for both; the least of each is what it costs.
    for (let round = 10; round < 18; round++) {
      times.known.push(await spent(`cus_sfo_0${round}`));
      times.unknown.push(await spent(`cus_zzz_0${round}`));
    }
    expect(Math.min(...times.unknown)).toBeGreaterThan(Math.min(...times.known) * 0.4);
  });

  it.each([
    "' or 1=1 --",
    "admin'; drop table secrets; --",
    '../../etc/passwd',
    '$' + '{jndi:ldap://x}',
    '%00',
    'ａｄｍｉｎ',
    'a'.repeat(200),
    '{"$ne":null}',
  ])('is refused for the hostile login %j', async (login) => {
    expect((await person(login, 'wrong')).body).toMatchObject({ status: 401, code: 'invalid-credentials' });
    expect(await database.db('secrets').where({ login: 'admin' })).toHaveLength(1);
  });

  it.each([
    ['no grant type', {}, '#/grant_type'],
    ['another grant type', { grant_type: 'implicit' }, '#/grant_type'],
    ['a missing password', { grant_type: 'password', username: 'admin' }, '#/password'],
    ['a number for a login', { grant_type: 'password', username: 1, password: 'x' }, '#/username'],
    ['an object for a login', { grant_type: 'password', username: { $ne: '' }, password: 'x' }, '#/username'],
    ['a huge secret', { grant_type: 'password', username: 'a', password: 'x'.repeat(5000) }, '#/password'],
    [
      'the other kind of names',
      { grant_type: 'client_credentials', client_secret: 'b', username: 'a' },
      '#/client_id',
    ],
  ])('points at what is wrong: %s', async (_what, body, pointer) => {
    const answer = await ask(body);
    expect(answer.body).toMatchObject({ status: 400, code: 'invalid-request' });
    expect(answer.body.errors.map((error: { pointer: string }) => error.pointer)).toEqual([pointer]);
  });

  it('X-10 slows down who tries one login again and again, and nobody else', async () => {
    const from = (address: string) => ({ 'x-forwarded-for': address });
    const tries = (login: string, address: string, count: number) =>
      Promise.all(
        Array.from({ length: count }, () =>
          ask({ grant_type: 'password', username: login, password: 'x' }, from(address)),
        ),
      );
    const hammered = await tries('cus_sfo_009', '203.0.113.1', 9);
    const slowed = hammered.filter(({ status }) => status === 429);
    expect(slowed.length).toBeGreaterThanOrEqual(4);
    expect(slowed[0]?.headers.get('retry-after')).toBe('1');
    expect(slowed[0]?.body).toMatchObject({ code: 'too-many-requests' });
    const others = [
      ...(await tries('cus_sfo_010', '203.0.113.1', 1)),
      ...(await tries('cus_sfo_009', '203.0.113.2', 1)),
    ];
    for (const { status } of others) expect(status).toBe(401);
  });
});

describe('a forged token', () => {
  const claims = { kind: 'person', roles: ['admin'], metro: 'sfo' };
  it('is refused: alg none, and HS256 with the public key as its secret', async () => {
    const none = new UnsecuredJWT(claims)
      .setIssuer('https://identity.dabba.dev')
      .setAudience('dabba')
      .setSubject('admin')
      .setIssuedAt()
      .setExpirationTime('5m')
      .encode();
    expect((await me(none)).status).toBe(401);
    const jwks = await jwksNow();
    const confused = await new SignJWT(claims)
      .setProtectedHeader({ alg: 'HS256', kid: jwks.keys[0].kid })
      .setIssuer('https://identity.dabba.dev')
      .setAudience('dabba')
      .setSubject('admin')
      .setIssuedAt()
      .setExpirationTime('5m')
      .sign(Buffer.from(JSON.stringify(jwks.keys[0])));
    expect((await me(confused)).status).toBe(401);
  });
});

describe('signing keys', () => {
  it('are shared by replicas that start together, and rotate without refusing a token', async () => {
    const before = (await person('ops_sfo')).body.access_token;
    const rotated = await rotateKeys(database.db, Date.now(), 300);
    expect(rotated).toHaveLength(2);
    const meanwhile = (await person('ops_nyc')).body.access_token;
    expect(decodeProtectedHeader(meanwhile).kid).toBe(decodeProtectedHeader(before).kid);
    expect((await me(before)).status).toBe(200);
    const jwks = await jwksNow();
    expect(jwks.keys).toHaveLength(2);
  });
});
