import type { IncomingHttpHeaders } from 'node:http';

/** What the gateway itself knows about a request. */
export interface Passage {
  correlationId: string;
  /** Address of the client. */
  address: string;
  host: string;
  protocol: string;
  /** Of the gateway's span; replaces the client's. */
  traceparent: string | undefined;
}

const hopByHop = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'http2-settings',
]);

/** Only the gateway may say who is asking and from where; from outside such headers are a disguise. */
const claimed =
  /^(x-forwarded-.*|forwarded|x-real-ip|x-client-ip|true-client-ip|cf-connecting-ip|x-original-.*|x-rewrite-.*|x-correlation-id|x-request-id|x-http-method.*|x-(user|principal|actor|roles?|metro|auth|authenticated|consumer|internal)(-.*)?|x-dabba-.*)$/;

/** Headers that go on to the service: the client's, without those of the connection and without disguises. */
export function inwardHeaders(headers: IncomingHttpHeaders, passage: Passage): IncomingHttpHeaders {
  const named = namedByConnection(headers);
  const kept = Object.entries(headers).filter(
    ([name]) => !hopByHop.has(name) && !claimed.test(name) && !named.has(name),
  );
  return {
    ...Object.fromEntries(kept),
    'x-request-id': passage.correlationId,
    'x-forwarded-for': passage.address,
    'x-forwarded-host': passage.host,
    'x-forwarded-proto': passage.protocol,
    ...(passage.traceparent !== undefined && { traceparent: passage.traceparent }),
  };
}

/** Headers of the answer, without those of the connection and without what tells of the machinery behind. */
export function outwardHeaders(headers: IncomingHttpHeaders, correlationId: string): IncomingHttpHeaders {
  const named = namedByConnection(headers);
  const kept = Object.entries(headers).filter(
    ([name]) => !hopByHop.has(name) && !named.has(name) && name !== 'server' && name !== 'x-powered-by',
  );
  return { ...Object.fromEntries(kept), 'x-request-id': correlationId };
}

function namedByConnection({ connection }: IncomingHttpHeaders): Set<string> {
  return new Set((connection ?? '').split(',').map((name) => name.trim().toLowerCase()));
}
