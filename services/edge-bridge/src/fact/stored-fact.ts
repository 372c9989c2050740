import { type EventMeta, encodeEvent, partitionFor } from '@dabba/contracts';
import { v5 } from 'uuid';
import type { Device } from './device.ts';
import type { FactEvent, FactName } from './read-fact.ts';

/** A fact ready for its topic but for the registry's five bytes, which are put on when it is sent (K9). */
export interface StoredFact {
  name: FactName;
  /** Fingerprint of the writer's schema. */
  schema: string;
  partition: number;
  meta: EventMeta;
  /** Bare Avro. */
  data: Buffer;
}

/** Any fixed UUID will do, but it must never change: copies of one fact share their id. */
const namespace = '6f1d6f0e-5a0b-4c53-9a39-5d6f0f0b7d11';

export function storedFact(event: FactEvent, { fridgeId, metro }: Device): StoredFact {
  const { chain } = event;
  const { boot, seq, observedAt } = event.data;
  const source = `${fridgeId}/${boot}`;
  return {
    name: event.type,
    ...encodeEvent(event.type, event.data),
    partition: partitionFor(metro, fridgeId),
    meta: {
      id: v5(`${source}/${seq}`, namespace),
      source,
      stream: fridgeId,
      streamType: 'fridge-facts',
      version: seq,
      position: seq,
      metro: metro.id,
      time: observedAt,
      actor: fridgeId,
      ...(chain && { chain }),
    },
  };
}

/** `header length u32 | header as JSON | Avro`: one record of the spool. */
export function packFact({ data, ...header }: StoredFact): Buffer {
  const head = Buffer.from(JSON.stringify(header));
  const length = Buffer.alloc(4);
  length.writeUInt32BE(head.length);
  return Buffer.concat([length, head, data]);
}

export function unpackFact(packed: Buffer): StoredFact {
  const end = 4 + packed.readUInt32BE(0);
  const header: Omit<StoredFact, 'data'> = JSON.parse(packed.toString('utf8', 4, end));
  return { ...header, data: packed.subarray(end) };
}
