import { ConfigError } from '../config/reader.ts';
import { loadConfig } from '../config/settings.ts';
import type { Service } from '../types.ts';
import { hasStore } from './define.ts';
import { tuneEngine } from './engine.ts';
import { giveWay } from './priority.ts';
import { startService } from './start.ts';

/** Longer than draining takes; whoever started us wants to be gone within ten seconds. */
const hardLimit = 9_500;

/** The whole life of a service's process: `await run(service)` in its `main.ts`. SIGTERM and SIGINT end it in order. */
export async function run(service: Service): Promise<void> {
  tuneEngine();
  try {
    if (loadConfig(service, process.env).role === 'work') giveWay();
    const { url, deps, stop } = hasStore(service) ? await startService(service) : await startService(service);
    deps.log.info({ url }, 'ready');
    const end = (signal: NodeJS.Signals) => {
      deps.log.info({ signal }, 'stopping');
      setTimeout(() => process.exit(1), hardLimit).unref();
      stop().then(
        () => process.exit(0),
        () => process.exit(1),
      );
    };
    process.once('SIGTERM', end).once('SIGINT', end);
    for (const event of ['uncaughtException', 'unhandledRejection'] as const)
      process.on(event, (error) => {
        deps.log.fatal({ err: error }, event);
        process.exit(1);
      });
  } catch (error) {
    console.error(error instanceof ConfigError ? error.message : error);
    process.exit(1);
  }
}
