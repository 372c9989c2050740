import { type EventMeta, encodeEvent, schemaOf } from '@dabba/contracts';
import { expect, test } from 'vitest';
import { readEvent, readEvents, toRecord } from './codec.ts';
import { type IncomingRecord, type SchemaRegistry, UnknownSchema } from './types.ts';
import { frame, unframe } from './wire.ts';

const name = 'FridgeHeartbeat';
const schema = schemaOf('FridgeHeartbeat');
const data = {
  device: 'fridge-7',
  boot: 3,
  seq: 12,
  temperatureCelsius: 3.5,
  observedAt: Date.UTC(2026, 10, 21, 4, 5, 6),
};
const meta: EventMeta = {
  id: '0198b2f0-0000-7000-8000-000000000001',
  source: 'fridge-7/3',
  stream: 'fridge-7',
  streamType: 'fridge',
  version: 12,
  position: 12,
  metro: 'sfo',
  time: Date.UTC(2026, 10, 21, 4, 5, 6, 789),
  actor: 'fridge-7',
  causationId: 'cause',
  correlationId: 'chain',
  traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
};

test('a frame is a zero byte, the id in four bytes, then bare Avro', () => {
  const framed = frame(258, Buffer.from('data'));
  expect(framed.toString('hex')).toBe(`0000000102${Buffer.from('data').toString('hex')}`);
  expect(unframe(framed)).toEqual({ id: 258, data: Buffer.from('data') });
  expect(() => unframe(Buffer.from('{"json":1}'))).toThrow(RangeError);
});

test('headers are those of CloudEvents, named as the design names them', () => {
  expect(record().headers).toEqual({
    ce_specversion: '1.0',
    ce_id: meta.id,
    ce_type: name,
    ce_source: 'fridge-7/3',
    ce_subject: 'fridge-7',
    ce_time: '2026-11-21T04:05:06.789Z',
    'content-type': 'avro/binary',
    metro: 'sfo',
    version: '12',
    position: '12',
    streamtype: 'fridge',
    causationid: 'cause',
    correlationid: 'chain',
    actor: 'fridge-7',
    traceparent: meta.traceparent,
  });
});

test('what was made a record is read back as the same event', async () => {
  expect(await readEvent(record(), registry())).toEqual({ type: name, data, meta });
});

test('an event this build does not know is passed over without asking for its schema', async () => {
  const unknown = { ...record(), headers: { ...record().headers, ce_type: 'SomethingNewer' } };
  expect(await readEvent(unknown, { ...registry(), textOf: refuse })).toBeUndefined();
});

test('bytes that are not what the schema says are an error of their record alone', async () => {
  const cut = { ...record(), value: record().value?.subarray(0, 7) ?? null };
  const [bad, good] = await readEvents([cut, record()], registry());
  expect(bad).toHaveProperty('error');
  expect(good).toHaveProperty('event.type', name);
  await expect(readEvent(cut, registry())).rejects.toThrow();
});

test('a schema that does not exist is an error of its record, a registry away is not', async () => {
  const gone = { ...registry(), textOf: () => Promise.reject(new UnknownSchema('none')) };
  expect(await readEvents([record()], gone)).toEqual([{ error: expect.any(UnknownSchema) }]);
  await expect(readEvents([record()], { ...registry(), textOf: refuse })).rejects.toThrow('away');
});

test('a missing header is named', async () => {
  const { ce_subject: _, ...headers } = record().headers;
  await expect(readEvent({ ...record(), headers }, registry())).rejects.toThrow('ce_subject');
});

function record(): IncomingRecord {
  const outgoing = toRecord(
    { type: name, meta, data: encodeEvent(name, data).data },
    { topic: schema.topic, partition: 0, schemaId: 7 },
  );
  return { ...outgoing, offset: 0, timestamp: 0 };
}

function refuse(): Promise<never> {
  return Promise.reject(new Error('The registry is away'));
}

function registry(): SchemaRegistry {
  return {
    idOf: refuse,
    textOf: (id) => (id === 7 ? Promise.resolve(schema.text) : refuse()),
    check: async () => [],
    ping: async () => undefined,
  };
}
