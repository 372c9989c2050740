import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadRegion, topicsOwnedBy } from '@dabba/contracts';
import { topicSettings } from '@dabba/kafka';
import { type RunningService, type StoreDeps, startService } from '@dabba/service-kit';
import {
  type TestDatabase,
  type TestTokens,
  testDatabase,
  testTokens,
  uniquePrefix,
  until,
} from '@dabba/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { demoPrincipals } from '../seed/plan.ts';
import { seedIdentity, service } from '../service.ts';

let database: TestDatabase;
let identity: RunningService<StoreDeps>;
let tokens: TestTokens;
let folder: string;

beforeAll(async () => {
  database = await testDatabase('identity_list');
  tokens = await testTokens();
  folder = await mkdtemp(join(tmpdir(), 'identity-'));
  const env = { ...process.env, LOG_LEVEL: 'fatal', IDENTITY_DATABASE_URL: database.url };
  const kafkaPrefix = uniquePrefix('identity_list');
  identity = await startService(service, { port: 0, env, keys: tokens.keys, kafkaPrefix });
  const { kafka, region } = identity.deps;
  await kafka.admin.apply(topicSettings(topicsOwnedBy('identity'), region, { replicas: 1 }));
  await seedIdentity(identity.deps, join(folder, 'demo-credentials.json'));
});
afterAll(async () => {
  await identity?.deps.kafka.admin.deleteTopics(['identity']);
  await identity?.stop();
  await database?.drop();
  await rm(folder, { recursive: true, force: true });
});

async function list(query: string, roles = ['admin']) {
  const headers = { authorization: await tokens.bearer(roles) };
  const response = await fetch(`${identity.url}/api/v1/principals?${query}`, { headers });
  return { status: response.status, body: JSON.parse(await response.text()) };
}

describe('the list of principals', () => {
  const everybody = demoPrincipals(loadRegion()).length;

  it('follows the events, and is read page by page without a gap or a repetition', async () => {
    await until('all are listed', async () => (await list('limit=200')).body.items.length === everybody, {
      within: 30_000,
    });
    const seen: string[] = [];
    let cursor = '';
    do {
      const { body } = await list(`limit=20${cursor && `&cursor=${cursor}`}`);
      seen.push(...body.items.map((item: { id: string }) => item.id));
      cursor = body.next_cursor ?? '';
    } while (cursor);
    expect(seen).toHaveLength(everybody);
    expect(new Set(seen).size).toBe(everybody);
  });

  it('is filtered by kind, metro and role', async () => {
    expect((await list('metro=nyc&kind=fridge')).body.items).toHaveLength(10);
    expect((await list('role=courier&metro=sfo')).body.items.map((item: { id: string }) => item.id)).toEqual([
      'cou_sfo_1',
      'cou_sfo_2',
      'cou_sfo_3',
      'cou_sfo_4',
    ]);
    expect((await list("role=' or 1=1 --")).body.items).toEqual([]);
  });

  it('X-03 is for those who may read it, and refuses what is no cursor', async () => {
    expect((await list('', ['customer'])).status).toBe(403);
    expect((await list('cursor=nonsense')).body).toMatchObject({ status: 400, code: 'cursor-invalid' });
    expect((await list('limit=0')).body).toMatchObject({ status: 400 });
  });
});
