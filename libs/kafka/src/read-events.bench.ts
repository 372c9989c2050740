import { encodeEvent, schemaOf } from '@dabba/contracts';
import { readEvents, toRecord } from './codec.ts';
import type { IncomingRecord, SchemaRegistry } from './types.ts';

/** Events a second that `readEvents` decodes, headers included, in batches of 1,000; no servers. */

const batches = 300;
const schema = schemaOf('FridgeHeartbeat');
const registry: SchemaRegistry = {
  idOf: async () => 1,
  textOf: async () => schema.text,
  check: async () => [],
  ping: async () => undefined,
};
const batch: IncomingRecord[] = Array.from({ length: 1_000 }, (_, index) => ({
  ...toRecord(
    {
      type: 'FridgeHeartbeat',
      meta: {
        id: `0198b2f0-0000-7000-8000-${String(index).padStart(12, '0')}`,
        source: 'fridge-7/3',
        stream: 'fridge-7',
        streamType: 'fridge',
        version: index,
        position: index,
        metro: 'sfo',
        time: Date.UTC(2026, 10, 21),
        actor: 'fridge-7',
        correlationId: 'chain',
      },
      data: encodeEvent('FridgeHeartbeat', {
        device: 'fridge-7',
        boot: 3,
        seq: index,
        temperatureCelsius: 3.5,
        observedAt: Date.UTC(2026, 10, 21),
      }).data,
    },
    { topic: schema.topic, partition: 0, schemaId: 1 },
  ),
  offset: index,
  timestamp: 0,
}));

for (let warm = 0; warm < 50; warm++) await readEvents(batch, registry);
const begin = performance.now();
for (let round = 0; round < batches; round++) await readEvents(batch, registry);
const perSecond = (batches * batch.length * 1_000) / (performance.now() - begin);
console.log(JSON.stringify({ bench: 'read-events', perSecond: Math.round(perSecond) }));
