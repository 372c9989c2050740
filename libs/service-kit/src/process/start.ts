import { tokenVerifier } from '../auth/verifier.ts';
import { serveHealth } from '../health/routes.ts';
import { buildApp } from '../http/app.ts';
import { serveMetrics } from '../telemetry/metrics.ts';
import { startTracing } from '../telemetry/tracing.ts';
import type {
  App,
  HealthCheck,
  PlainService,
  Service,
  ServiceDeps,
  StoreDeps,
  StoreService,
} from '../types.ts';
import { type Base, makeBase } from './base.ts';
import { checksOfPlain, checksOfStore } from './checks.ts';
import { Closing } from './closing.ts';
import { hasStore } from './define.ts';
import { drain, drainFor, listen } from './listen.ts';
import type { RunningService, StartOptions } from './options.ts';
import type { Parts } from './parts.ts';
import { standBy, startParts } from './start-parts.ts';
import { openWithStore } from './store.ts';

/** Starts a whole service in this process; resolves once it answers. `stop` drains and closes everything it opened. */
export function startService(
  service: StoreService,
  options?: StartOptions,
): Promise<RunningService<StoreDeps>>;
export function startService(
  service: PlainService,
  options?: StartOptions,
): Promise<RunningService<ServiceDeps>>;
export async function startService(
  service: Service,
  options: StartOptions = {},
): Promise<RunningService<StoreDeps> | RunningService<ServiceDeps>> {
  const base = makeBase(service, options);
  const closing = new Closing(base.deps.log);
  closing.add(
    'tracing',
    startTracing({
      service: service.name,
      otlpEndpoint: base.config.otlpEndpoint,
      processors: options.spanProcessors,
    }),
  );
  closing.add('kafka', base.close);
  const parts: Parts = { consumers: [], stopping: false };
  try {
    return hasStore(service)
      ? await startWithStore(service, base, parts, closing, options)
      : await startPlain(service, base, parts, closing, options);
  } catch (error) {
    await closing.close();
    throw error;
  }
}

async function startWithStore(
  service: StoreService,
  base: Base,
  parts: Parts,
  closing: Closing,
  options: StartOptions,
) {
  const { deps, store, close } = await openWithStore(service, base, parts);
  closing.add('database', close);
  const checks = checksOfStore(service, deps);
  const app = await makeApp(service, base, parts, options, checks, (own) => service.routes(own, deps));
  if (base.config.role === 'doors') await standBy(service, deps, store, parts, closing);
  else await startParts(service, deps, store, parts, closing);
  return { url: await open(app, base, parts, closing, options), app, deps, stop: () => closing.close() };
}

async function startPlain(
  service: PlainService,
  base: Base,
  parts: Parts,
  closing: Closing,
  options: StartOptions,
) {
  const { deps } = base;
  const checks = checksOfPlain(service, deps);
  const app = await makeApp(service, base, parts, options, checks, (own) => service.routes(own, deps));
  await app.ready();
  const stop = await service.start?.(app, deps);
  if (stop) closing.add(`start of ${service.name}`, stop);
  return { url: await open(app, base, parts, closing, options), app, deps, stop: () => closing.close() };
}

function makeApp(
  service: Service,
  { config, deps }: Base,
  parts: Parts,
  options: StartOptions,
  checks: readonly HealthCheck[],
  routes: (app: App) => void | Promise<void>,
): Promise<App> {
  return buildApp({
    service: service.name,
    log: deps.log,
    now: deps.now,
    corsOrigins: config.corsOrigins,
    verify: tokenVerifier({ ...config.tokens, keys: options.keys ?? config.tokens.keys }),
    behind: () => parts.relay?.status().recover,
    async routes(app) {
      serveMetrics(app, service.name, parts);
      serveHealth(app, service.name, parts, checks);
      await routes(app);
    },
  });
}

async function open(
  app: App,
  { config }: Base,
  parts: Parts,
  closing: Closing,
  options: StartOptions,
): Promise<string> {
  closing.add('http', () => drain(app, parts), drainFor + 500);
  return listen(app, { ...config, port: options.port ?? config.port });
}
