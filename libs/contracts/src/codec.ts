import { createHash } from 'node:crypto';
import avro from 'avsc';
import type { EventName } from './event.ts';
import type { Events } from './generated/events.ts';
import { eventSchemas } from './generated/tables.ts';

/** First half of the SHA-256 of a schema's text, in hex: names the writer schema of stored bytes. */
export function fingerprintOf(schemaText: string): string {
  return createHash('sha256').update(schemaText).digest('hex').slice(0, 32);
}

export interface EventSchema {
  name: EventName;
  topic: (typeof eventSchemas)[EventName]['topic'];
  /** `dabba.meals.MealSold` */
  fullName: string;
  /** The schema as JSON text, as it is registered. */
  text: string;
  fingerprint: string;
}

export interface EncodedEvent {
  schema: string;
  data: Buffer;
}

interface Codec extends EventSchema {
  type: avro.Type;
  resolvers: Map<string, avro.Resolver>;
}

const codecs = new Map<string, Codec>();
for (const [name, { topic, schema: text }] of Object.entries(eventSchemas)) {
  if (!isEventName(name)) continue;
  const type = avro.Type.forSchema(JSON.parse(text), { wrapUnions: 'never' });
  const fullName = type.name ?? name;
  codecs.set(name, {
    name,
    topic,
    fullName,
    text,
    fingerprint: fingerprintOf(text),
    type,
    resolvers: new Map(),
  });
}

export function isEventName(name: string): name is EventName {
  return Object.hasOwn(eventSchemas, name);
}

/** The schema this build writes `name` with. */
export function schemaOf(name: EventName): EventSchema {
  return codecOf(name);
}

export function allSchemas(): EventSchema[] {
  return [...codecs.values()];
}

/** Bare Avro bytes, without the registry's header. Throws a TypeError that names the field that does not fit. */
export function encodeEvent<N extends EventName>(name: N, data: Events[N]): EncodedEvent {
  const { type, fingerprint } = codecOf(name);
  try {
    return { schema: fingerprint, data: type.toBuffer(data) };
  } catch (cause) {
    type.isValid(data, { errorHook: (path, value) => refuseField(name, path, value) });
    throw cause;
  }
}

/**
 * Reads bare Avro bytes with the schema they were written with, as the shape this build knows.
 * @param writer text of the writer's schema; left out when this build wrote the bytes
 */
export function decodeEvent<N extends EventName>(name: N, data: Buffer, writer?: string): Events[N] {
  const codec = codecOf(name);
  if (writer === undefined || writer === codec.text) return codec.type.fromBuffer(data);
  let resolver = codec.resolvers.get(writer);
  if (!resolver) {
    resolver = codec.type.createResolver(avro.Type.forSchema(JSON.parse(writer), { wrapUnions: 'never' }));
    codec.resolvers.set(writer, resolver);
  }
  return codec.type.fromBuffer(data, resolver);
}

function refuseField(name: EventName, path: string[], value: unknown): never {
  throw new TypeError(`${name}.${path.join('.')} cannot be ${JSON.stringify(value)}`);
}

function codecOf(name: EventName): Codec {
  const codec = codecs.get(name);
  if (!codec) throw new Error(`No schema for the event ${name}`);
  return codec;
}
