import { ConfigError } from '@dabba/service-kit';

/** Where a provider is and by what it knows us. */
export interface ProviderSettings {
  name: string;
  /** Undefined: the real Stripe. */
  url: URL | undefined;
  secretKey: string;
  /** Several while they are being rolled. */
  webhookSecrets: readonly string[];
  /** Milliseconds a call may take. */
  timeout: number;
}

/** Of the simulator: they open nothing else. */
const played = { key: 'sk_test_simulator', secret: 'whsec_simulator' } as const;

/**
 * Stripe, then whoever stands in for it (S2-PAY-04), if SPARE_URL is set. With a STRIPE_SECRET_KEY it is the real Stripe; without one, or
 * with the simulator's, it is the simulator at STRIPE_URL.
 * @throws ConfigError
 */
export function providerSettings(env: NodeJS.ProcessEnv): ProviderSettings[] {
  const { STRIPE_SECRET_KEY: key, STRIPE_URL: at, SPARE_URL: spare } = env;
  const timeout = timeoutOf('STRIPE_TIMEOUT_MS', env.STRIPE_TIMEOUT_MS);
  const real = key !== undefined && key !== '' && key !== played.key;
  if (real && !env.STRIPE_WEBHOOK_SECRET)
    throw new ConfigError('payments cannot start: STRIPE_WEBHOOK_SECRET is missing.');
  const stripe: ProviderSettings = {
    name: 'stripe',
    url: real ? undefined : urlOf('STRIPE_URL', at || 'http://127.0.0.1:5092'),
    secretKey: key || played.key,
    webhookSecrets: secretsOf(env.STRIPE_WEBHOOK_SECRET),
    timeout,
  };
  if (!spare) return [stripe];
  return [
    stripe,
    {
      name: 'spare',
      url: urlOf('SPARE_URL', spare),
      secretKey: env.SPARE_SECRET_KEY || played.key,
      webhookSecrets: secretsOf(env.SPARE_WEBHOOK_SECRET),
      timeout,
    },
  ];
}

function secretsOf(given: string | undefined): string[] {
  return (given || played.secret).split(',').map((secret) => secret.trim());
}

/** Milliseconds. @throws ConfigError */
export function timeoutOf(variable: string, text = '30000'): number {
  if (Number(text) > 0) return Number(text);
  throw new ConfigError(`payments cannot start: ${variable} must be a number.`);
}

/** @throws ConfigError */
export function urlOf(variable: string, text: string): URL {
  if (URL.canParse(text)) return new URL(text);
  throw new ConfigError(`payments cannot start: ${variable} is not a URL.`);
}
