import { ConfigError } from '../config/reader.ts';
import type { Config } from '../config/settings.ts';
import type { App } from '../types.ts';
import type { Parts } from './parts.ts';

export const drainFor = 8_000;

/** @returns the address it listens at, with the port it really got */
export async function listen(app: App, { service, host, port }: Config): Promise<string> {
  try {
    return await app.listen({ host, port });
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EADDRINUSE')
      throw new ConfigError(`${service} cannot start: port ${port} is taken.`);
    throw error;
  }
}

/** Takes no new connections, lets running requests end, and cuts off what is not done in time. */
export async function drain(app: App, parts: Parts): Promise<void> {
  parts.stopping = true;
  const cut = setTimeout(() => app.server.closeAllConnections(), drainFor);
  // A connection whose last answer has just gone out would be kept alive for the next request.
  const sweep = setInterval(() => app.server.closeIdleConnections(), 50);
  try {
    await app.close();
  } finally {
    clearTimeout(cut);
    clearInterval(sweep);
  }
}
