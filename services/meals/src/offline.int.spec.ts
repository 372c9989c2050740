import { createServer, type Server } from 'node:http';
import { chainSeed, type Event, encodeEvent, factHash, metroOf, schemaOf } from '@dabba/contracts';
import { type Publisher, toRecord } from '@dabba/kafka';
import { verify } from '@dabba/projections';
import { type RunningService, type StoreDeps, startService } from '@dabba/service-kit';
import { type TestTokens, testTokens, uniquePrefix, until } from '@dabba/testing';
import { makeTopicsOf, Topics } from '@dabba/testing/topics';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { breakRaiser } from './offline/raise-breaks.ts';
import { type OfflinePolicy, verifyPolicy } from './offline/rules/index.ts';
import { exposure } from './read-models/exposure.ts';
import { journalChain } from './read-models/journal-chain.ts';
import { service } from './service.ts';

let meals: RunningService<StoreDeps>;
let tokens: TestTokens;
let identity: Server;
let publisher: Publisher;
const minute = 60_000;
const hour = 60 * minute;
const patient = { within: 60_000 };

beforeAll(async () => {
  tokens = await testTokens();
  identity = createServer((_, response) => response.end(JSON.stringify(tokens.keys)));
  await new Promise<void>((resolve) => identity.listen(0, '127.0.0.1', resolve));
  const address = identity.address();
  if (typeof address !== 'object' || !address) throw new Error('No address');
  const kafkaPrefix = uniquePrefix('offline');
  await makeTopicsOf(service, kafkaPrefix);
  const env = {
    ...process.env,
    JWKS_URL: `http://127.0.0.1:${address.port}/keys`,
    OFFLINE_ROUND_MS: '300',
  };
  meals = await startService(service, { port: 0, keys: tokens.keys, kafkaPrefix, env });
  publisher = meals.deps.kafka.publisher();
});
afterAll(async () => {
  await publisher?.close();
  await meals?.stop();
  identity?.close();
});

async function call(method: string, path: string, body?: unknown, roles = ['operations']) {
  const response = await fetch(`${meals.url}${path}`, {
    method,
    headers: {
      ...(roles.length > 0 && { authorization: await tokens.bearer(roles) }),
      ...(body !== undefined && { 'content-type': 'application/json' }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  return { status: response.status, body: JSON.parse((await response.text()) || 'null') };
}

type FactEvent = Event<'FridgeHeartbeat' | 'FridgeMealStocked' | 'FridgeMealSold' | 'FridgeWasAway'>;
type Told = FactEvent & { prev?: string };

/** A device that keeps a chained journal, as the bridge hands it on. */
function journalOf(device: string) {
  let seq = 0;
  let head = chainSeed;
  const entry = (make: (common: { device: string; boot: number; seq: number }) => FactEvent): Told => {
    seq += 1;
    const made = { ...make({ device, boot: 1, seq }), prev: head };
    head = factHash(made);
    return made;
  };
  const at = (observedAt: number) => ({ observedAt });
  return {
    stocked: (mealId: string, time: number) =>
      entry((common) => ({ type: 'FridgeMealStocked', data: { ...common, mealId, ...at(time) } })),
    beat: (time: number) =>
      entry((common) => ({
        type: 'FridgeHeartbeat',
        data: { ...common, temperatureCelsius: 4, ...at(time) },
      })),
    away: (since: number, time: number) =>
      entry((common) => ({ type: 'FridgeWasAway', data: { ...common, since, ...at(time) } })),
    sold: (mealId: string, customerId: string, policy: string | null, time: number) =>
      entry((common) => ({
        type: 'FridgeMealSold',
        data: {
          ...common,
          mealId,
          customerId,
          price: 850,
          currency: 'USD',
          ...at(time),
          sessionId: null,
          offline: true,
          temperatureSafe: true,
          policy,
        },
      })),
  };
}

async function tell(...facts: Told[]): Promise<void> {
  const records = [];
  for (const { prev, ...fact } of facts) {
    const { topic, fullName, text } = schemaOf(fact.type);
    const { device, boot, seq, observedAt } = fact.data;
    const meta = {
      id: `${device}-${boot}-${seq}`,
      source: `${device}/${boot}`,
      stream: device,
      streamType: 'fridge-facts',
      version: seq,
      position: seq,
      metro: 'sfo',
      time: observedAt,
      ...(prev !== undefined && { chain: { hash: factHash({ ...fact, prev }), prev } }),
    };
    const partition = metroOf(meals.deps.region, 'sfo').partitions[0] ?? 0;
    const schemaId = await meals.deps.registry.idOf(topic, fullName, text);
    const { data } = encodeEvent(fact.type, fact.data);
    records.push(toRecord({ type: fact.type, meta, data }, { topic, partition, schemaId }));
  }
  await publisher.publish(records);
}

async function register(id: string): Promise<void> {
  expect((await call('POST', '/api/v1/fridges', { id, name: id, capacity: 40 })).status).toBe(201);
}

async function cook(quantity: number): Promise<{ lot: string; meals: string[] }> {
  const { status, body } = await call('POST', '/api/v1/lots', {
    sku: 'dal-makhani',
    kitchen_id: 'kit_sfo_1',
    quantity,
    produced_at: new Date(Date.now() - hour).toISOString(),
    expires_at: new Date(Date.now() + 10 * hour).toISOString(),
    allergens: [],
    may_contain: [],
  });
  expect(status).toBe(201);
  return { lot: body.id, meals: body.meals };
}

/** The newest policy of a fridge, checked as the fridge does. */
async function policyOf(fridge: string, is: (policy: OfflinePolicy) => boolean): Promise<OfflinePolicy> {
  return until(
    `${fridge} has such a policy`,
    async () => {
      const events = await meals.deps.store.history(`offline:${fridge}`);
      const latest = events.findLast(({ type }) => type === 'OfflinePolicyIssued');
      if (latest?.type !== 'OfflinePolicyIssued') return false;
      const { body: pinned } = await call('GET', '/api/v1/offline/keys', undefined, []);
      const policy = await verifyPolicy(latest.data.policy, pinned);
      return is(policy) && policy;
    },
    patient,
  );
}
const issued = async (fridge: string) =>
  (await meals.deps.store.history(`offline:${fridge}`)).filter(({ type }) => type === 'OfflinePolicyIssued')
    .length;
const alerts = async (fridge: string) =>
  (await meals.deps.store.history(fridge)).flatMap(({ type, data }) =>
    type === 'FridgeAlertRaised' && 'alert' in data ? [data.alert] : [],
  );
const becomes = (meal: string, status: string) =>
  until(
    `${meal} is ${status}`,
    async () => (await call('GET', `/api/v1/meals/${meal}`)).body.status === status,
    patient,
  );

it('S0-INV-07 a fridge gets a signed policy, a new one when what matters changed, and none when nothing did', async () => {
  await register('fr_policy');
  const first = await policyOf('fr_policy', ({ meals: listed }) => listed.length === 0);
  expect(first).toMatchObject({ version: 1, fridge_id: 'fr_policy', metro: 'sfo', deny: [] });
  expect(first.valid_until - first.issued_at).toBe(12 * hour);
  expect(first.identity.keys[0]).toMatchObject({ kid: 'test' });

  const { lot, meals: cooked } = await cook(2);
  const journal = journalOf('fr_policy');
  await tell(...cooked.map((meal) => journal.stocked(meal, Date.now())));
  const stocked = await policyOf('fr_policy', ({ meals: listed }) => listed.length === 2);
  expect(stocked.meals.map(({ meal_id }) => meal_id).sort()).toEqual([...cooked].sort());
  expect(stocked.meals[0]).toMatchObject({ price: 850, currency: 'USD' });

  const reason = { reason: 'Three purchases were never paid' };
  expect((await call('PUT', '/api/v1/offline/denied/cus_owes', reason, ['customer'])).status).toBe(403);
  expect((await call('PUT', '/api/v1/offline/denied/cus_owes', reason)).status).toBe(200);
  await policyOf('fr_policy', ({ deny }) => deny.includes('cus_owes'));
  expect((await call('GET', '/api/v1/offline/denied')).body.items).toMatchObject([
    { customer_id: 'cus_owes', ...reason },
  ]);

  expect((await call('POST', `/api/v1/lots/${lot}/recall`, { reason: 'salmonella' })).status).toBe(201);
  await policyOf('fr_policy', ({ meals: listed }) => listed.every(({ blocked }) => blocked === true));

  expect((await call('DELETE', '/api/v1/offline/denied/cus_owes')).status).toBe(204);
  await policyOf('fr_policy', ({ deny }) => deny.length === 0);
  const before = await issued('fr_policy');
  await register('fr_later');
  await policyOf('fr_later', () => true);
  // A whole round has gone by since.
  expect(await issued('fr_policy')).toBe(before);
});

it('S0-INV-05 who owes gets nothing from a fridge that is alone, until they have paid', async () => {
  const topics = new Topics(meals.deps);
  const customerId = 'cus_debtor';
  const owed = { paymentId: 'pay_debt', customerId, amount: 850, currency: 'USD' };
  await register('fr_debts');
  await topics.say('ReceivableOpened', `payer:${customerId}`, {
    ...{ ...owed, sessionId: null, reason: 'SHORTFALL', openedAt: Date.now() },
  });
  await policyOf('fr_debts', ({ deny }) => deny.includes(customerId));
  const path = `/api/v1/offline/denied/${customerId}`;
  expect(await call('DELETE', path)).toMatchObject({ status: 409, body: { code: 'customer-owes' } });
  const paid = { writtenOff: false, refundId: null, settledAt: Date.now() };
  await topics.say('ReceivableSettled', `payer:${customerId}`, { ...owed, ...paid });
  await policyOf('fr_debts', ({ deny }) => !deny.includes(customerId));
  await topics.close();
});

it('B5 a sale beyond the policy stands, is flagged with its rule, and counts as exposure', async () => {
  await register('fr_away');
  const { meals: cooked } = await cook(5);
  const journal = journalOf('fr_away');
  const start = Date.now();
  await tell(...cooked.map((meal) => journal.stocked(meal, start)));
  const { version } = await policyOf('fr_away', ({ meals: listed }) => listed.length === 5);
  const [one = '', two = '', three = '', four = '', five = ''] = cooked;
  const sales = [
    journal.sold(one, 'cus_1', `${version}`, start + 1_000),
    journal.sold(two, 'cus_1', `${version}`, start + 2_000),
    journal.sold(three, 'cus_1', `${version}`, start + 3_000),
    journal.sold(four, 'cus_1', `${version}`, start + 4_000),
    journal.sold(five, 'cus_2', '77', start + 5_000),
    journal.away(start - hour, start + 6_000),
  ];
  await tell(...sales);
  for (const meal of cooked) await becomes(meal, 'SOLD');
  await tell(...sales);
  const day = new Date(start).toISOString().slice(0, 10);
  const told = await until(
    'the exposure is folded',
    async () => {
      const { body } = await call('GET', `/api/v1/offline/exposure?day=${day}&fridge_id=fr_away`);
      return body.items[0]?.sales === 5 && body.items[0].minutes_away > 0 && body.items;
    },
    patient,
  );
  expect(told).toEqual([
    {
      fridge_id: 'fr_away',
      day,
      sales: 5,
      at_risk: [{ amount: 5 * 850, currency: 'USD' }],
      beyond_policy: 2,
      beyond_policy_amount: [{ amount: 2 * 850, currency: 'USD' }],
      minutes_away: expect.any(Number),
      oldest_policy_minutes: expect.any(Number),
    },
  ]);
  const reconciled = (await meals.deps.store.history('offline:fr_away')).flatMap((event) =>
    event.type === 'OfflineSaleReconciled' ? [event.data] : [],
  );
  expect(reconciled.map(({ broken }) => broken)).toEqual([
    [],
    [],
    [],
    ['CUSTOMER_LIMIT'],
    ['POLICY_UNKNOWN'],
  ]);
  expect(await alerts('fr_away')).toEqual(['OFFLINE_POLICY_BROKEN', 'OFFLINE_POLICY_BROKEN']);
  expect((await call('GET', `/api/v1/offline/exposure?day=${day}`, undefined, ['customer'])).status).toBe(
    403,
  );
  await until('live equals rebuilt', async () => (await verify(exposure, meals.deps)).equal, patient);
});

const { signal } = new AbortController();
/** So many entries of the two fridges below wait for the one before them. */
const waiting = (count: number) =>
  until(
    `${count} wait`,
    async () => {
      const rows = await meals.deps.db('journal_chain').whereIn('fridge_id', ['fr_cut', 'fr_late']);
      return rows.length === 2 && rows.flatMap(({ starts }) => starts).length === count;
    },
    patient,
  );

it('S0-INV-07 an entry that was cut out raises one alarm once it was waited for, one that only came late raises none', async () => {
  await register('fr_cut');
  await register('fr_late');
  const start = Date.now();
  const [cut, late] = [journalOf('fr_cut'), journalOf('fr_late')];
  const [first, _second, third] = [1, 2, 3].map((each) => cut.beat(start + each));
  const [one, two, three] = [1, 2, 3].map((each) => late.beat(start + each));
  if (!first || !third || !one || !two || !three) throw new Error('No facts');
  await tell(first, third, one, three);
  await waiting(2);
  const clock = { now: Date.now() };
  const raise = breakRaiser({ ...meals.deps, now: () => clock.now });
  await raise('sfo', signal);
  clock.now += 9 * minute;
  await raise('sfo', signal);
  expect(await alerts('fr_cut')).toEqual([]);
  await tell(two);
  await waiting(1);
  clock.now += 2 * minute;
  await Promise.all([raise('sfo', signal), raise('sfo', signal)]);
  expect(await alerts('fr_cut')).toEqual(['CHAIN_BROKEN']);
  expect(await alerts('fr_late')).toEqual([]);
});

it('S0-INV-07 an altered entry of a journal is taken and raises one alarm; one told again raises none', async () => {
  await register('fr_chain');
  const journal = journalOf('fr_chain');
  const start = Date.now();
  const facts = [1, 2, 3, 4, 5].map((each) => journal.beat(start + each));
  const [first, second, third, fourth, fifth] = facts;
  if (!first || !second || third?.type !== 'FridgeHeartbeat' || !fourth || !fifth)
    throw new Error('No facts');
  await tell(first, second);
  await tell(first, second, { ...third, data: { ...third.data, temperatureCelsius: 3 } }, fourth);
  const raise = breakRaiser(meals.deps);
  await until(
    'it is noticed',
    async () => {
      await Promise.all([raise('sfo', signal), raise('sfo', signal), raise('sfo', signal)]);
      return (await alerts('fr_chain')).includes('CHAIN_BROKEN');
    },
    patient,
  );
  await tell(fourth, fifth);
  await tell(journal.beat(start + 6));
  await until(
    'all is folded',
    async () => {
      const row = await meals.deps.db('journal_chain').where({ fridge_id: 'fr_chain' }).first();
      return row?.tip?.seq === 6;
    },
    patient,
  );
  const broken = (await meals.deps.store.history('offline:fr_chain')).flatMap((event) =>
    event.type === 'FridgeJournalBroken' ? [event.data] : [],
  );
  expect(broken).toMatchObject([{ boot: 1, seq: 4 }]);
  expect(await alerts('fr_chain')).toEqual(['CHAIN_BROKEN']);
  await until('live equals rebuilt', async () => (await verify(journalChain, meals.deps)).equal, patient);
});
