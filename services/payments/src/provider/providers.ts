import { breakers, makeBreaker } from '@dabba/tasks';
import { guarded } from './guarded.ts';
import type { Provider } from './port.ts';
import { providerSettings } from './settings.ts';
import { stripeProvider } from './stripe.ts';

/** Those this process speaks to, the first choice first; each behind a breaker of its own (S2-CB-01). @throws ConfigError */
export function providersFrom(env: NodeJS.ProcessEnv): readonly [Provider, ...Provider[]] {
  const [first, ...others] = providerSettings(env).map((settings) =>
    guarded(stripeProvider(settings), makeBreaker(settings.name, breakers.stripe)),
  );
  if (!first) throw new Error('There is always one');
  return [first, ...others];
}
