import { execFile } from 'node:child_process';
import { until } from '@dabba/testing';
import { ConfigResourceTypes, Kafka, logLevel } from 'kafkajs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { currentBundles, programArguments } from '../../scripts/bundles.mjs';
import { withSchema } from './support/history.ts';
import { lotBody } from './support/lot.ts';
import { openVillage, type Village } from './support/village.ts';

let village: Village;
let mealIds: string[];

beforeAll(async () => {
  village = await openVillage();
  const { body } = await village.as('stf_sfo_1').post<{ meals: string[] }>('/api/v1/lots', lotBody());
  mealIds = body.meals;
  await until('the list shows them', async () => {
    const { rows } = await village.meals.deps.pool.query('select from meal_list');
    return rows.length === mealIds.length;
  });
});
afterAll(() => village?.close());

const cli = programArguments('libs/cli/src/main.ts', currentBundles());

const dabba = (...args: string[]) => dabbaWith({}, ...args);

function dabbaWith(
  env: Readonly<Record<string, string>>,
  ...args: string[]
): Promise<{ code: number; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [...cli, ...args],
      { env: { ...process.env, ...village.env, ...env }, maxBuffer: 64 * 1024 * 1024 },
      (error, stdout, stderr) =>
        resolve({ code: error === null ? 0 : Number(error.code ?? 1), stdout, stderr }),
    );
  });
}

const json = async (...args: string[]) => {
  const { code, stdout } = await dabba(...args, '--json');
  return { code, value: JSON.parse(stdout) };
};

describe('dabba', () => {
  it('P7 verify is content, names the key of a row that was changed by hand, and P6 a rebuild mends it', async () => {
    expect((await json('read-model', 'verify', 'meal-list')).code).toBe(0);
    await village.meals.deps.pool.query("update meal_list set sku = 'forged' where meal_id = $1", [
      mealIds[1],
    ]);
    const { code, value } = await json('read-model', 'verify', 'meal-list');
    expect(code).toBe(1);
    expect(value.differences).toMatchObject([
      { table: 'meal_list', key: { meal_id: mealIds[1] }, live: { sku: 'forged' } },
    ]);
    expect(await json('read-model', 'rebuild', 'meal-list')).toMatchObject({ code: 0, value: { rows: 3 } });
    expect((await json('read-model', 'verify', 'meal-list')).code).toBe(0);
  });

  it('K7 topics plan tells of one that keeps its events for a week only, and apply mends it', async () => {
    const { KAFKA_BROKERS = '', KAFKA_PREFIX = '' } = village.env;
    const kafka = new Kafka({ brokers: KAFKA_BROKERS.split(','), logLevel: logLevel.NOTHING });
    const admin = kafka.admin();
    const configEntries = [{ name: 'retention.ms', value: '604800000' }];
    await admin.alterConfigs({
      validateOnly: false,
      resources: [{ type: ConfigResourceTypes.TOPIC, name: `${KAFKA_PREFIX}meals`, configEntries }],
    });
    await admin.disconnect();
    const plan = await json('topics', 'plan');
    expect(plan.code).toBe(1);
    expect(plan.value).toMatchObject([{ topic: expect.stringContaining('meals') }]);
    expect(JSON.stringify(plan.value)).toContain('retention.ms 604800000, wanted -1');
    expect((await json('topics', 'apply')).code).toBe(0);
    expect(await json('topics', 'plan')).toEqual({ code: 0, value: [] });
  });

  it('schemas check is content with what is, and refuses what would break a reader', async () => {
    const before = withSchema('meals/MealSold.avsc', (schema) => {
      const price = schema.fields.find(({ name }) => name === 'price');
      if (price) price.type = 'string';
    });
    const [same, changed] = await Promise.all([
      json('schemas', 'check', '--registry'),
      dabbaWith(before.env, 'schemas', 'check', '--base', 'HEAD', '--json'),
    ]);
    before.remove();
    expect(same).toMatchObject({ code: 0, value: { breaks: [] } });
    expect(changed.code).toBe(1);
    expect(JSON.parse(changed.stdout).breaks).toMatchObject([
      { subject: 'meals-dabba.meals.MealSold', problem: expect.stringContaining('today cannot read') },
      { subject: 'meals-dabba.meals.MealSold', problem: expect.stringContaining('what runs cannot read') },
    ]);
  });

  it('tells a stream, what arrives, what lags and what is parked', async () => {
    const [shown, tail, lags, parked] = await Promise.all([
      json('stream', 'show', mealIds[0] ?? ''),
      dabba('tail', 'meals', '--from', 'beginning', '--limit', '3', '--json'),
      json('read-model', 'lag', 'meal-list'),
      json('dlq', 'list'),
    ]);
    expect(shown.value).toMatchObject([{ type: 'MealProduced', data: { meal_id: mealIds[0] } }]);
    const lines = tail.stdout.trim().split('\n');
    expect(lines).toHaveLength(3);
    for (const line of lines)
      expect(JSON.parse(line)).toMatchObject({ type: expect.stringMatching(/^(Lot|Meal)/) });
    expect(lags.value.every(({ lag }: { lag: number }) => lag === 0)).toBe(true);
    expect(parked).toEqual({ code: 0, value: [] });
  });

  it('P4 shows a parked event, replays it once it can be folded, and says when it cannot', async () => {
    const { pool } = village.meals.deps;
    await pool.query("alter table meal_list add constraint no_dal check (sku <> 'poison')");
    await village.as('stf_sfo_1').post('/api/v1/lots', lotBody({ sku: 'poison', quantity: 1 }));
    const parked = await until('it is parked', async () => {
      const { value } = await json('dlq', 'list');
      return value.length === 1 && value[0];
    });
    expect((await json('dlq', 'show', parked.eventId)).value[0].data.sku).toBe('poison');
    expect((await json('dlq', 'replay', 'meal-list')).code).toBe(1);
    await pool.query('alter table meal_list drop constraint no_dal');
    expect(await json('dlq', 'replay', 'meal-list')).toMatchObject({ code: 0, value: { replayed: 1 } });
    expect((await json('read-model', 'verify', 'meal-list')).code).toBe(0);
  });

  it('K6 recovering a store that lost nothing imports nothing', async () => {
    expect(await json('store', 'recover', 'meals')).toMatchObject({ code: 0, value: { imported: 0 } });
  });

  it('is clear about what it does not know', async () => {
    const { code, stderr } = await dabba('read-model', 'verify', 'nothing');
    expect(code).toBe(1);
    expect(stderr).toContain('No read model nothing; there are principal-list, meal-list');
  });
});
