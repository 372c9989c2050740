import { type Asker, reader } from '@dabba/service-kit';
import type { Patience } from './order/consequences.ts';

export interface Settings extends Asker {
  patience: Patience;
  /** Milliseconds POST /orders waits for the payment to be ready to be confirmed. */
  intentWait: number;
  /** Milliseconds a cart is kept after its last change. */
  cartKept: number;
  /** Paid orders kept in memory at most. */
  paidKept: number;
  payments: URL;
  receipts: URL;
}

/** @throws ConfigError */
export function settingsFrom(env: NodeJS.ProcessEnv): Settings {
  const read = reader(env);
  const local = (port: string, fallback: number) => `http://127.0.0.1:${env[port] ?? fallback}`;
  const settings = {
    patience: {
      stock: read.count('STOCK_PATIENCE_MS', 1_500),
      payment: read.count('PAY_WITHIN_MS', 900_000),
      paymentGrace: read.count('PAY_GRACE_MS', 30_000),
      acceptance: read.count('ACCEPT_WITHIN_MS', 300_000),
      completion: read.count('COMPLETE_AFTER_MS', 60_000),
    },
    intentWait: read.count('INTENT_WAIT_MS', 1_500),
    cartKept: read.count('CART_KEPT_MS', 1_800_000),
    paidKept: read.count('PAID_ORDERS_KEPT', 5_000),
    payments: read.url('PAYMENTS_URL', local('PAYMENTS_PORT', 5018)),
    receipts: read.url('RECEIPTS_URL', local('RECEIPTS_PORT', 5014)),
    identity: read.url('IDENTITY_URL', local('IDENTITY_PORT', 5011)),
    clientId: read.text('ORDERS_CLIENT_ID', 'svc_orders'),
    clientSecret: read.text('ORDERS_CLIENT_SECRET', ''),
  };
  read.done('orders');
  return settings;
}
