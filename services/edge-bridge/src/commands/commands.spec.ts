import { type Event, encodeEvent, metroOf, schemaOf } from '@dabba/contracts';
import {
  type IncomingRecord,
  type Kafka,
  type SchemaRegistry,
  type SubscribeOptions,
  toRecord,
} from '@dabba/kafka';
import { expect, test } from 'vitest';
import { LatestPolicies } from '../policies/latest.ts';
import { region } from '../testing/region.ts';
import { deliverCommands } from './deliver.ts';
import { followFridges } from './follow.ts';
import { UnconfirmedCommands } from './unconfirmed.ts';

type CommandEvent = Event<'FridgeCommandIssued' | 'FridgeCommandConfirmed'>;

const issued = (fridgeId: string, commandId: string, expiresAt: number | null = null): CommandEvent => ({
  type: 'FridgeCommandIssued',
  data: {
    fridgeId,
    commandId,
    kind: 'LOCK',
    reason: 'why',
    issuedAt: 0,
    sessionId: null,
    door: null,
    nonce: null,
    expiresAt,
  },
});
const confirmed = (fridgeId: string, commandId: string): CommandEvent => ({
  type: 'FridgeCommandConfirmed',
  data: { fridgeId, commandId, confirmedAt: 1 },
});

const ids = (commands: UnconfirmedCommands, fridgeId: string) =>
  commands.of(fridgeId, 0).map(({ commandId }) => commandId);

test('B4 what is issued and not confirmed waits, in the order of issue', () => {
  const commands = new UnconfirmedCommands();
  for (const event of [
    issued('f', 'a'),
    issued('f', 'b'),
    issued('g', 'c'),
    confirmed('f', 'a'),
    confirmed('f', 'x'),
  ])
    commands.apply(event);
  expect(ids(commands, 'f')).toEqual(['b']);
  expect(commands.size).toBe(2);
  commands.apply(confirmed('f', 'b'));
  expect(ids(commands, 'f')).toEqual([]);
});

test('B4 an OPEN that has expired is sent to nobody and waited for by nobody', () => {
  const commands = new UnconfirmedCommands();
  commands.apply(issued('f', 'open', 1_000));
  expect(commands.of('f', 999)).toHaveLength(1);
  expect(commands.of('f', 1_000)).toEqual([]);
  commands.forgetExpired(999);
  expect(commands.size).toBe(1);
  commands.forgetExpired(1_000);
  expect(commands.size).toBe(0);
});

test('B4 nothing is sent before all that was issued and confirmed is known', async () => {
  const commands = new UnconfirmedCommands();
  const sent: string[] = [];
  const device = { fridgeId: 'f', metro: metroOf(region, 'sfo') };
  const delivery = deliverCommands({
    commands,
    connected: () => [device, device],
    send: async (_device, { command_id }) => void sent.push(command_id),
    warn: () => {},
    now: () => 0,
  });
  const log = fakeLog(
    new Map([
      [0, 2],
      [1, 1],
    ]),
  );
  await followFridges({
    ...log,
    commands,
    policies: new LatestPolicies(),
    past: { recall: async () => undefined, keep: async () => {} },
    onIssued: delivery.deliver,
    onPolicies: () => {},
    onUnreadable: (error) => expect.fail(error.message),
    onUnkept: () => expect.fail('it is kept'),
  });
  await log.batch(0, 0, issued('f', 'a'));
  delivery.deliverTo(device);
  await log.batch(1, 0, issued('f', 'b'));
  expect(sent).toEqual([]);
  await log.batch(0, 1, confirmed('f', 'a'));
  expect(sent).toEqual(['b']);
  await log.batch(1, 1, issued('f', 'c'));
  expect(sent).toEqual(['b', 'b', 'c']);
});

/** A topic with this many records in each partition at the start, handed over by hand. */
function fakeLog(ends: ReadonlyMap<number, number>) {
  let options: SubscribeOptions | undefined;
  const kafka: Pick<Kafka, 'subscribe' | 'admin' | 'read'> = {
    read: async () => {},
    async subscribe(given) {
      options = given;
      for (const partition of ends.keys()) await given.startAt('fridges', partition);
      return { status: () => [], ready: Promise.resolve(), stop: async () => {} };
    },
    admin: {
      plan: async () => [],
      apply: async () => [],
      offsets: async () => [...ends].map(([partition, high]) => ({ partition, low: 0, high })),
      groupOffsets: async () => [],
      deleteTopics: async () => {},
    },
  };
  const registry: SchemaRegistry = {
    idOf: async () => 1,
    textOf: async (id) => schemaOf(id === 1 ? 'FridgeCommandIssued' : 'FridgeCommandConfirmed').text,
    check: async () => [],
    ping: async () => {},
  };
  const batch = async (partition: number, offset: number, { type, data }: CommandEvent) => {
    const meta = {
      id: `${partition}/${offset}`,
      source: 'test',
      stream: data.fridgeId,
      streamType: 'fridge',
      version: 1,
      position: 1,
      metro: 'sfo',
      time: 0,
    };
    const schemaId = type === 'FridgeCommandIssued' ? 1 : 2;
    const encoded = { type, meta, data: encodeEvent(type, data).data };
    const record: IncomingRecord = {
      ...toRecord(encoded, { topic: 'fridges', partition, schemaId }),
      offset,
      timestamp: 0,
    };
    await options?.onBatch({
      topic: 'fridges',
      partition,
      records: [record],
      highWatermark: 9,
      heartbeat: async () => {},
    });
  };
  return { kafka, registry, batch };
}
