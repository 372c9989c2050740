import type { IncomingMessage } from 'node:http';
import type { App } from '@dabba/service-kit';
import { isDisguise } from './proxy/headers.ts';

/** Forgets, before anything looks at a request, what only the gateway may say: the correlation id is made here. */
export function dropDisguises(app: Pick<App, 'server'>): void {
  const drop = ({ headers }: IncomingMessage) => {
    for (const name of Object.keys(headers))
      if (isDisguise(name) && name !== 'x-forwarded-for') delete headers[name];
  };
  app.server.prependListener('request', drop);
  app.server.prependListener('upgrade', drop);
}
