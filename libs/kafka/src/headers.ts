import type { EventMeta } from '@dabba/contracts';
import type { IncomingRecord } from './types.ts';

export const typeHeader = 'ce_type';

/** CloudEvents' Kafka binding in binary mode, and our own extension attributes (DESIGN §6). */
export function headersOf(type: string, meta: EventMeta): Record<string, string> {
  const headers: Record<string, string> = {
    ce_specversion: '1.0',
    ce_id: meta.id,
    [typeHeader]: type,
    ce_source: meta.source,
    ce_subject: meta.stream,
    ce_time: new Date(meta.time).toISOString(),
    'content-type': 'avro/binary',
    metro: meta.metro,
    version: String(meta.version),
    position: String(meta.position),
    streamtype: meta.streamType,
  };
  if (meta.causationId !== undefined) headers.causationid = meta.causationId;
  if (meta.correlationId !== undefined) headers.correlationid = meta.correlationId;
  if (meta.actor !== undefined) headers.actor = meta.actor;
  if (meta.traceparent !== undefined) headers.traceparent = meta.traceparent;
  if (meta.chain !== undefined) {
    headers.chainhash = meta.chain.hash;
    headers.chainprev = meta.chain.prev;
  }
  return headers;
}

/** @throws Error that names the header which is missing or not a number */
export function metaOf({ headers }: Pick<IncomingRecord, 'headers'>): EventMeta {
  const meta: EventMeta = {
    id: text(headers, 'ce_id'),
    source: text(headers, 'ce_source'),
    stream: text(headers, 'ce_subject'),
    streamType: text(headers, 'streamtype'),
    version: whole(headers, 'version'),
    position: whole(headers, 'position'),
    metro: text(headers, 'metro'),
    time: Date.parse(text(headers, 'ce_time')),
  };
  if (Number.isNaN(meta.time)) throw new Error(`Header ce_time is not a time: ${headers.ce_time}`);
  if (headers.actor !== undefined) meta.actor = headers.actor;
  if (headers.causationid !== undefined) meta.causationId = headers.causationid;
  if (headers.correlationid !== undefined) meta.correlationId = headers.correlationid;
  if (headers.traceparent !== undefined) meta.traceparent = headers.traceparent;
  const { chainhash: hash, chainprev: prev } = headers;
  if (hash !== undefined && prev !== undefined) meta.chain = { hash, prev };
  return meta;
}

function text(headers: IncomingRecord['headers'], name: string): string {
  const value = headers[name];
  if (value === undefined) throw new Error(`No header ${name}`);
  return value;
}

function whole(headers: IncomingRecord['headers'], name: string): number {
  const value = Number(text(headers, name));
  if (!Number.isSafeInteger(value)) throw new Error(`Header ${name} is not a whole number: ${headers[name]}`);
  return value;
}
