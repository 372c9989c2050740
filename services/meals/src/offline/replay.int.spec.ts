import { type Event, encodeEvent, metroOf, schemaOf } from '@dabba/contracts';
import { toRecord } from '@dabba/kafka';
import { type RunningService, type StoreDeps, startService } from '@dabba/service-kit';
import { testTokens, uniquePrefix, until } from '@dabba/testing';
import { makeTopicsOf } from '@dabba/testing/topics';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { fridgeRef } from '../fridge/fridge.ts';
import { mealRef } from '../meal/meal.ts';
import { service } from '../service.ts';
import { deniedRef } from './denied.ts';
import { offlineRef } from './offline.ts';

const noon = Date.UTC(2026, 10, 20, 12);
const minute = 60_000;
const hour = 60 * minute;
const fridgeId = 'fr_replayed';
const meals = Array.from({ length: 8 }, (_, index) => `replayed-${index}`);
const worlds: RunningService<StoreDeps>[] = [];

beforeAll(async () => {
  const { keys } = await testTokens();
  for (let each = 0; each < 3; each++) worlds.push(await world(keys));
});
afterAll(() => Promise.all(worlds.map((each) => each.stop())));

/** A service with topics and a database of its own, where the same was decided before the fridge lost its network. */
async function world(keys: Awaited<ReturnType<typeof testTokens>>['keys']) {
  const kafkaPrefix = uniquePrefix('replay');
  await makeTopicsOf(service, kafkaPrefix);
  const running = await startService(service, { port: 0, keys, kafkaPrefix });
  const { store } = running.deps;
  const context = { actor: 'test', now: noon };
  const offline = offlineRef(fridgeId, 'sfo');
  const denied = deniedRef('sfo');
  const refs = meals.map((id) => mealRef(id, 'sfo'));
  await store.transact(
    [offline, denied, ...refs],
    (unit) => {
      unit.append(denied, [
        {
          type: 'OfflineCustomerDenied',
          data: { metro: 'sfo', customerId: 'cus_bad', reason: 'owes', owes: false, deniedAt: noon },
        },
      ]);
      for (const version of [1, 2])
        unit.append(offline, [
          {
            type: 'OfflinePolicyIssued',
            data: {
              fridgeId,
              version,
              denyVersion: 1,
              perCustomer: { amount: 2_000, meals: 2 },
              perFridgeHour: { amount: 9_000, meals: 5 },
              policy: `jws-${version}`,
              issuedAt: noon,
              validUntil: noon + hour,
            },
          },
        ]);
      for (const ref of refs) {
        const of = { mealId: ref.id, lotId: 'lot-1', sku: 'dal', customerId: null };
        const times = { producedAt: noon - hour, expiresAt: noon + 5 * hour };
        unit.append(ref, [
          { type: 'MealProduced', data: { ...of, kitchenId: 'kit_sfo_1', ...times } },
          { type: 'MealStocked', data: { ...of, fridgeId, stockedAt: noon } },
        ]);
      }
    },
    context,
  );
  return running;
}

type Sold = Event<'FridgeMealSold'>;

/** Hours of a fridge alone: within its policy, over its limits, to a denied customer, after its policy ran out, a meal twice. */
const journal: Sold[] = [
  ['replayed-0', 'cus_1', '2', 1],
  ['replayed-1', 'cus_1', '2', 2],
  ['replayed-2', 'cus_1', '2', 3],
  ['replayed-3', 'cus_bad', '2', 4],
  ['replayed-0', 'cus_2', '2', 5],
  ['replayed-4', 'cus_2', '1', 6],
  ['replayed-5', 'cus_3', '9', 7],
  ['nobodys', 'cus_3', '2', 8],
  ['replayed-6', 'cus_4', '2', 61],
  ['replayed-7', 'cus_5', null, 300],
].map(([mealId, customerId, policy, minutes], index) => ({
  type: 'FridgeMealSold',
  data: {
    device: fridgeId,
    boot: index < 5 ? 1 : 2,
    seq: index < 5 ? index + 1 : index - 4,
    mealId: `${mealId}`,
    customerId: `${customerId}`,
    price: 850,
    currency: 'USD',
    observedAt: noon + Number(minutes) * minute,
    sessionId: null,
    offline: true,
    temperatureSafe: true,
    policy: policy === null ? null : `${policy}`,
  },
}));

async function tell(
  { deps }: RunningService<StoreDeps>,
  pieces: readonly (readonly Sold[])[],
): Promise<void> {
  const publisher = deps.kafka.publisher();
  const { topic, fullName, text } = schemaOf('FridgeMealSold');
  const schemaId = await deps.registry.idOf(topic, fullName, text);
  const partition = metroOf(deps.region, 'sfo').partitions[0] ?? 0;
  for (const [index, piece] of pieces.entries()) {
    const records = piece.map(({ type, data }) => {
      const { device, boot, seq, observedAt: time } = data;
      const place = { version: seq, position: seq, metro: 'sfo', time };
      const meta = { id: `${device}-${boot}-${seq}`, source: `${device}/${boot}`, stream: device, ...place };
      const encoded = {
        type,
        meta: { ...meta, streamType: 'fridge-facts' },
        data: encodeEvent(type, data).data,
      };
      return toRecord(encoded, { topic, partition, schemaId });
    });
    await publisher.publish(records);
    // The next piece comes when this one has been dealt with.
    if (index % 2 === 0) await caughtUp(deps);
  }
  await caughtUp(deps);
  await publisher.close();
}

const caughtUp = ({ db, kafka }: StoreDeps) =>
  until(
    'the reaction has seen all',
    async () => {
      const ends = await kafka.admin.offsets('fridge-facts');
      const rows = await db('dabba.checkpoints').where({
        consumer: 'meals-on-fridge-facts',
        topic: 'fridge-facts',
      });
      const next = new Map(rows.map((row) => [Number(row.partition), Number(row.next)]));
      return ends.every(({ partition, high }) => high === 0 || (next.get(partition) ?? 0) >= high);
    },
    { within: 60_000 },
  );

/** All that was decided, without what names the place where it was. */
async function decided({ deps }: RunningService<StoreDeps>) {
  const streams = [fridgeRef(fridgeId, 'sfo').id, offlineRef(fridgeId, 'sfo').id, ...meals];
  const told = await Promise.all(
    streams.map(async (stream) => {
      const events = await deps.store.history(stream);
      return events.map(({ type, data, meta: { version, time, metro } }) => ({
        stream,
        type,
        data,
        meta: { version, time, metro },
      }));
    }),
  );
  return told.flat();
}

it('S0-INV-07 a journal comes to the same events, told at once, in pieces, or again and again', async () => {
  const [once, pieces, again] = worlds;
  if (!once || !pieces || !again) throw new Error('No worlds');
  await tell(once, [journal]);
  await tell(
    pieces,
    journal.map((fact) => [fact]),
  );
  await tell(again, [
    journal.slice(0, 3),
    journal.slice(0, 7),
    journal.slice(2, 5),
    journal,
    journal.slice(6),
    journal,
  ]);
  const events = await decided(once);
  expect(await decided(pieces)).toEqual(events);
  expect(await decided(again)).toEqual(events);
  const broken = events.flatMap((event) =>
    event.type === 'OfflineSaleReconciled' && 'broken' in event.data ? [event.data.broken] : [],
  );
  expect(broken).toEqual([
    [],
    [],
    ['CUSTOMER_LIMIT'],
    ['CUSTOMER_DENIED'],
    [],
    ['FRIDGE_LIMIT'],
    ['POLICY_UNKNOWN'],
    ['FRIDGE_LIMIT'],
    ['POLICY_EXPIRED', 'FRIDGE_LIMIT'],
    ['POLICY_UNKNOWN'],
  ]);
  expect(events.filter(({ type }) => type === 'MealSold')).toHaveLength(7);
  // The last one had expired by then: gone, and nobody pays.
  expect(events.filter(({ type }) => type === 'MealUnexplained')).toHaveLength(1);
});
