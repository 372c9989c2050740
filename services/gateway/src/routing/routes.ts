/** A service behind the gateway: the variable that names its base URL, and where it is on one machine. */
export const upstreams = {
  identity: { variable: 'IDENTITY_URL', port: 'IDENTITY_PORT', fallback: 5011 },
  meals: { variable: 'MEALS_URL', port: 'MEALS_PORT', fallback: 5012 },
  'edge-bridge': { variable: 'EDGE_BRIDGE_URL', port: 'EDGE_BRIDGE_PORT', fallback: 5013 },
  receipts: { variable: 'RECEIPTS_URL', port: 'RECEIPTS_PORT', fallback: 5014 },
  catalog: { variable: 'CATALOG_URL', port: 'CATALOG_PORT', fallback: 5015 },
  inventory: { variable: 'INVENTORY_URL', port: 'INVENTORY_PORT', fallback: 5016 },
  orders: { variable: 'ORDERS_URL', port: 'ORDERS_PORT', fallback: 5017 },
  payments: { variable: 'PAYMENTS_URL', port: 'PAYMENTS_PORT', fallback: 5018 },
  kitchen: { variable: 'KITCHEN_URL', port: 'KITCHEN_PORT', fallback: 5019 },
} as const satisfies Record<string, { variable: string; port: string; fallback: number }>;

export type Upstream = keyof typeof upstreams;

export interface Route {
  /** This path and all below it; `:name` stands for any one segment, and gives way to a path that names it. */
  prefix: string;
  upstream: Upstream;
  /**
   * `token`: a valid one is needed to pass; what it allows is for the service to say. `signed`: a machine without a token
   * whose bodies are signed, which the service checks.
   */
  access: 'public' | 'token' | 'signed';
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
  { prefix: '/api/v1/vendors', upstream: 'catalog', access: 'token' },
  { prefix: '/api/v1/stores', upstream: 'catalog', access: 'token' },
  { prefix: '/api/v1/trucks', upstream: 'catalog', access: 'token' },
  { prefix: '/api/v1/menus', upstream: 'catalog', access: 'token' },
  { prefix: '/api/v1/menu', upstream: 'catalog', access: 'token' },
  { prefix: '/api/v1/tax-rates', upstream: 'catalog', access: 'token' },
  { prefix: '/api/v1/inventory', upstream: 'inventory', access: 'token' },
  { prefix: '/api/v1/orders', upstream: 'orders', access: 'token' },
  { prefix: '/api/v1/vendors/:vendor_id/orders', upstream: 'orders', access: 'token' },
  { prefix: '/api/v1/vendors/:vendor_id/revenue', upstream: 'orders', access: 'token' },
  { prefix: '/api/v1/cart', upstream: 'orders', access: 'token' },
  { prefix: '/api/v1/payments', upstream: 'payments', access: 'token' },
  { prefix: '/api/v1/payment-methods', upstream: 'payments', access: 'token' },
  { prefix: '/api/v1/customers', upstream: 'payments', access: 'token' },
  { prefix: '/api/v1/reconciliation', upstream: 'payments', access: 'token' },
  { prefix: '/webhooks/stripe', upstream: 'payments', access: 'signed' },
  { prefix: '/webhooks/spare', upstream: 'payments', access: 'signed' },
  { prefix: '/webhooks/paypal', upstream: 'payments', access: 'signed' },
  { prefix: '/api/v1/kitchen', upstream: 'kitchen', access: 'token' },
  { prefix: '/webhooks/vendors', upstream: 'kitchen', access: 'signed' },
  // Its ticket, from /api/v1/kitchen, is what lets one in.
  { prefix: '/ws/kitchen', upstream: 'kitchen', access: 'public', websocket: true },
];

/** Whether a path is this route's. */
export function leadsTo({ prefix }: Route, path: string): boolean {
  const segments = path.split('/');
  return prefix
    .split('/')
    .every((wanted, index) => (wanted.startsWith(':') ? segments[index] : segments[index] === wanted));
}

export function upstreamUrl(name: Upstream, env: NodeJS.ProcessEnv): string {
  const { variable, port, fallback } = upstreams[name];
  const url = env[variable] ?? `http://127.0.0.1:${env[port] ?? fallback}`;
  if (!URL.canParse(url)) throw new Error(`${variable} is not a URL: ${url}`);
  return new URL(url).origin;
}
