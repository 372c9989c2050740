/** A service behind the gateway: the variable that names its base URL, and where it is on one machine. */
export const upstreams = {
  identity: { variable: 'IDENTITY_URL', port: 'IDENTITY_PORT', fallback: 5011 },
  meals: { variable: 'MEALS_URL', port: 'MEALS_PORT', fallback: 5012 },
  'edge-bridge': { variable: 'EDGE_BRIDGE_URL', port: 'EDGE_BRIDGE_PORT', fallback: 5013 },
  receipts: { variable: 'RECEIPTS_URL', port: 'RECEIPTS_PORT', fallback: 5014 },
} as const satisfies Record<string, { variable: string; port: string; fallback: number }>;

export type Upstream = keyof typeof upstreams;

export interface Route {
  /** This path and all below it. */
  prefix: string;
  upstream: Upstream;
  /** `token`: a valid one is needed to pass; what it allows is for the service to say. */
  access: 'public' | 'token';
  /** Carries WebSockets as well. */
  websocket?: true;
}

/** Everything that can be reached from outside. What is not here does not exist there. */
export const routes: readonly Route[] = [
  { prefix: '/api/v1/auth', upstream: 'identity', access: 'public' },
  { prefix: '/.well-known/jwks.json', upstream: 'identity', access: 'public' },
  { prefix: '/api/v1/principals', upstream: 'identity', access: 'token' },
  { prefix: '/api/v1/lots', upstream: 'meals', access: 'token' },
  { prefix: '/api/v1/ledger', upstream: 'meals', access: 'token' },
  { prefix: '/api/v1/meals', upstream: 'meals', access: 'token' },
  { prefix: '/api/v1/sessions', upstream: 'meals', access: 'token' },
  { prefix: '/api/v1/fridges', upstream: 'meals', access: 'token' },
  { prefix: '/api/v1/locations', upstream: 'meals', access: 'token' },
  { prefix: '/api/v1/couriers', upstream: 'meals', access: 'token' },
  { prefix: '/api/v1/pick-lists', upstream: 'meals', access: 'token' },
  { prefix: '/api/v1/offline/keys', upstream: 'meals', access: 'public' },
  { prefix: '/api/v1/offline', upstream: 'meals', access: 'token' },
  { prefix: '/api/v1/receipts', upstream: 'receipts', access: 'token' },
  { prefix: '/api/v1/receipt-types', upstream: 'receipts', access: 'token' },
  { prefix: '/api/v1/receipt-contracts', upstream: 'receipts', access: 'token' },
  { prefix: '/api/v1/receipt-webhooks', upstream: 'receipts', access: 'token' },
  { prefix: '/api/v1/receipt-roots/keys', upstream: 'receipts', access: 'public' },
  { prefix: '/api/v1/receipt-roots', upstream: 'receipts', access: 'token' },
];

/** Whether a path is this route's. */
export function leadsTo({ prefix }: Route, path: string): boolean {
  return path === prefix || path.startsWith(`${prefix}/`);
}

export function upstreamUrl(name: Upstream, env: NodeJS.ProcessEnv): string {
  const { variable, port, fallback } = upstreams[name];
  const url = env[variable] ?? `http://127.0.0.1:${env[port] ?? fallback}`;
  if (!URL.canParse(url)) throw new Error(`${variable} is not a URL: ${url}`);
  return new URL(url).origin;
}
