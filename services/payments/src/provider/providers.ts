import { ConfigError } from '@dabba/service-kit';
import { breakers, makeBreaker } from '@dabba/tasks';
import { guarded } from './guarded.ts';
import { paypalProvider } from './paypal/paypal.ts';
import { paypalSettings } from './paypal/settings.ts';
import type { Provider } from './port.ts';
import { providerSettings } from './settings.ts';
import { stripeProvider } from './stripe.ts';

/**
 * Those this process speaks to, the first choice first; each behind a breaker of its own (S2-CB-01). Stripe, its spare, PayPal, as far
 * as they are configured, unless PAYMENT_FIRST names another to begin with.
 * @throws ConfigError
 */
export function providersFrom(env: NodeJS.ProcessEnv): readonly [Provider, ...Provider[]] {
  const paypal = paypalSettings(env);
  const all = [...providerSettings(env).map(stripeProvider), ...(paypal ? [paypalProvider(paypal)] : [])].map(
    (provider) => guarded(provider, makeBreaker(provider.name, breakers.stripe)),
  );
  const wanted = env.PAYMENT_FIRST || all[0]?.name;
  const first = all.find(({ name }) => name === wanted);
  if (!first)
    throw new ConfigError(`payments cannot start: PAYMENT_FIRST names ${wanted}, which is not configured.`);
  return [first, ...all.filter((provider) => provider !== first)];
}
