import { ConfigError } from '@dabba/service-kit';
import { timeoutOf, urlOf } from '../settings.ts';

/** Where PayPal is and by what it knows us. */
export interface PaypalSettings {
  name: string;
  url: URL;
  clientId: string;
  clientSecret: string;
  /** Of our webhook there: what it tells of is signed over it. */
  webhookId: string;
  /** Milliseconds a call may take. */
  timeout: number;
}

/** Undefined where there is no PAYPAL_CLIENT_ID. Without a PAYPAL_URL it is the real one. @throws ConfigError */
export function paypalSettings(env: NodeJS.ProcessEnv): PaypalSettings | undefined {
  const {
    PAYPAL_CLIENT_ID: clientId,
    PAYPAL_CLIENT_SECRET: clientSecret,
    PAYPAL_WEBHOOK_ID: webhookId,
  } = env;
  if (!clientId) return undefined;
  if (!clientSecret) throw new ConfigError('payments cannot start: PAYPAL_CLIENT_SECRET is missing.');
  if (!webhookId) throw new ConfigError('payments cannot start: PAYPAL_WEBHOOK_ID is missing.');
  const url = urlOf('PAYPAL_URL', env.PAYPAL_URL || 'https://api-m.paypal.com');
  const timeout = timeoutOf('PAYPAL_TIMEOUT_MS', env.PAYPAL_TIMEOUT_MS);
  return { name: 'paypal', url, clientId, clientSecret, webhookId, timeout };
}
