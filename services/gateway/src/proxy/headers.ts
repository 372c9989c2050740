export type Headers = Readonly<Record<string, string | string[] | undefined>>;

/** What the gateway itself knows about a request. */
export interface Passage {
  method: string;
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
  // Answered by this server already; the client library behind cannot send it.
  'expect',
]);

/** Only the gateway may say who is asking and from where; from outside such headers are a disguise. */
const claimed =
  /^(x-forwarded-.*|forwarded|x-real-ip|x-client-ip|true-client-ip|cf-connecting-ip|x-original-.*|x-rewrite-.*|x-correlation-id|x-request-id|x-http-method.*|x-(user|principal|actor|roles?|metro|auth|authenticated|consumer|internal)(-.*)?|x-dabba-.*)$/;

const ours = /^(server|x-powered-by|x-correlation-id|access-control-.*|x-ratelimit-.*)$/;

/** Headers that go on to the service: the client's, without those of the connection and without disguises. */
export function inwardHeaders(headers: Headers, passage: Passage): Headers {
  const named = namedByConnection(headers);
  const bodiless = passage.method === 'GET' || passage.method === 'HEAD';
  const kept = Object.entries(headers).filter(
    ([name]) =>
      !hopByHop.has(name) &&
      !claimed.test(name) &&
      !named.has(name) &&
      !(bodiless && name.startsWith('content-')),
  );
  return {
    ...Object.fromEntries(kept),
    'x-correlation-id': passage.correlationId,
    'x-forwarded-for': passage.address,
    'x-forwarded-host': passage.host,
    'x-forwarded-proto': passage.protocol,
    ...(passage.traceparent !== undefined && { traceparent: passage.traceparent }),
  };
}

/** Headers of the answer, without those of the connection, those the gateway sets itself, and signs of the machinery. */
export function outwardHeaders(headers: Headers): Headers {
  const named = namedByConnection(headers);
  const kept = Object.entries(headers).filter(
    ([name]) => !hopByHop.has(name) && !named.has(name) && !ours.test(name),
  );
  return Object.fromEntries(kept);
}

/** Whether a header claims what only the gateway may say. */
export function isDisguise(name: string): boolean {
  return claimed.test(name);
}

function namedByConnection({ connection }: Headers): Set<string> {
  return new Set(
    String(connection ?? '')
      .split(',')
      .map((name) => name.trim().toLowerCase()),
  );
}
