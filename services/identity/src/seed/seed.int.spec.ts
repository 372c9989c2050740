import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Connected, connect, type StoreDeps } from '@dabba/service-kit';
import { type TestDatabase, testDatabase, uniquePrefix } from '@dabba/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ensureKey } from '../keys/signing-keys.ts';
import { hasher } from '../secrets/hashing.ts';
import { findSecret } from '../secrets/secrets.ts';
import { service } from '../service.ts';
import { seedIdentity } from './seed-identity.ts';

let database: TestDatabase;
let identity: Connected<StoreDeps>;
let folder: string;
let file: string;

async function newDatabase() {
  database = await testDatabase('identity_seed');
  const env = { ...process.env, LOG_LEVEL: 'fatal', IDENTITY_DATABASE_URL: database.url };
  identity = await connect(service, { env, kafkaPrefix: uniquePrefix('identity_seed') });
}

async function dropDatabase() {
  await identity.close();
  await database.drop();
}

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'identity-'));
  file = join(folder, '.dabba', 'demo-credentials.json');
  await newDatabase();
});
afterEach(async () => {
  await dropDatabase();
  await rm(folder, { recursive: true, force: true });
});

const text = () => readFile(file, 'utf8');
const entries = async (): Promise<Record<string, string>[]> => JSON.parse(await text());

async function passwordWorks(username: string): Promise<boolean> {
  const entry = (await entries()).find((one) => one.username === username);
  const stored = await findSecret(identity.deps.db, username, 'password');
  return await hasher().verify(stored?.hash, entry?.password ?? '');
}

describe('S1-SET-05 seeding', () => {
  it('S1-SET-05 registers everybody once and keeps their credentials for their owner only', async () => {
    const first = await seedIdentity(identity.deps, file);
    expect(first).toEqual({ principals: 134, registered: 134, secretsSet: 134 });
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    const written = await text();

    expect(await seedIdentity(identity.deps, file)).toEqual({
      principals: 134,
      registered: 0,
      secretsSet: 0,
    });
    expect(await text()).toBe(written);
    const { rows } = await database.pool.query('select count(*)::int as n from dabba.events');
    expect(rows).toEqual([{ n: 134 }]);
  });

  it('S1-SET-05 writes an entry as the city reads it', async () => {
    await seedIdentity(identity.deps, file);
    const all = await entries();
    expect(all.find((one) => one.client_id === 'fr_sfo_01')).toEqual({
      name: 'Fridge 01 of sfo',
      kind: 'fridge',
      metro: 'sfo',
      roles: ['fridge'],
      ids: { fridge_id: 'fr_sfo_01' },
      client_id: 'fr_sfo_01',
      client_secret: expect.stringMatching(/^[\w-]{32}$/),
    });
    expect(all.find((one) => one.username === 'stf_nyc_2')).toMatchObject({
      kind: 'person',
      ids: { kitchen_id: 'kit_nyc_1' },
      password: expect.any(String),
    });
  });

  it('S1-SEC-02 leaves no secret in an event', async () => {
    await seedIdentity(identity.deps, file);
    const { rows } = await database.pool.query<{ data: Buffer }>('select data from dabba.events');
    const everything = Buffer.concat(rows.map((row) => row.data)).toString('latin1');
    expect(everything).toContain('cus_sfo_001');
    for (const entry of await entries())
      expect(everything).not.toContain(entry.password ?? entry.client_secret);
  });

  it('sets new secrets when the file is lost', async () => {
    await seedIdentity(identity.deps, file);
    const before = await entries();
    await rm(file);
    expect(await seedIdentity(identity.deps, file)).toMatchObject({ registered: 0, secretsSet: 134 });
    expect((await entries())[0]?.password).not.toBe(before[0]?.password);
    expect(await passwordWorks('cus_sfo_001')).toBe(true);
  });

  it('finds a single secret that is no longer the one in the file', async () => {
    await seedIdentity(identity.deps, file);
    const other = await findSecret(identity.deps.db, 'cus_sfo_002', 'password');
    await database.db('secrets').where({ login: 'cus_sfo_001' }).update({ hash: other?.hash });
    expect(await seedIdentity(identity.deps, file)).toMatchObject({ registered: 0, secretsSet: 1 });
    expect(await passwordWorks('cus_sfo_001')).toBe(true);
  });

  it('uses the secrets of the file again when the database is lost', async () => {
    await seedIdentity(identity.deps, file);
    const before = await text();
    await dropDatabase();
    await newDatabase();
    expect(await seedIdentity(identity.deps, file)).toMatchObject({ registered: 134, secretsSet: 134 });
    expect(await text()).toBe(before);
    expect(await passwordWorks('cus_sfo_001')).toBe(true);
  });

  it('says which file it cannot read rather than overwriting it', async () => {
    await seedIdentity(identity.deps, file);
    await writeFile(file, '[{"username":');
    await expect(seedIdentity(identity.deps, file)).rejects.toThrow(/demo-credentials\.json is not a list/);
    expect(await text()).toBe('[{"username":');
  });
});

describe('the first signing key', () => {
  it('is made once by replicas that start together', async () => {
    const made = await Promise.all([1, 2, 3, 4].map(() => ensureKey(database.db, Date.now())));
    expect(new Set(made.flat().map((key) => key.kid)).size).toBe(1);
  });
});
