import type { HealthCheck, PlainService, ServiceDeps, StoreDeps, StoreService } from '../types.ts';

/** Without Postgres nothing can be decided; without Kafka and registry decisions queue in the store (promise 4). */
export function checksOfStore(service: StoreService, deps: StoreDeps): HealthCheck[] {
  const database = {
    name: 'postgres',
    required: true,
    check: async () => void (await deps.pool.query('select 1')),
  };
  return [database, ...log(deps), ...(service.checks?.(deps) ?? [])];
}

export function checksOfPlain(service: PlainService, deps: ServiceDeps): HealthCheck[] {
  return [...(service.withoutKafka ? [] : log(deps)), ...(service.checks?.(deps) ?? [])];
}

function log({ kafka, registry }: ServiceDeps): HealthCheck[] {
  return [
    { name: 'kafka', required: false, check: () => kafka.ping() },
    { name: 'registry', required: false, check: () => registry.ping() },
  ];
}
