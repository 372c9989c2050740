import type { Pool } from 'pg';
import type { HealthCheck, Service, ServiceDeps } from '../types.ts';
import { hasStore } from './define.ts';

/** Without Postgres nothing can be decided; without Kafka and registry decisions queue in the store (promise 4). */
export function checksOf(service: Service, deps: ServiceDeps, pool: Pool | undefined): HealthCheck[] {
  const { kafka, registry } = deps;
  const database = {
    name: 'postgres',
    required: true,
    check: async () => void (await pool?.query('select 1')),
  };
  const log = [
    { name: 'kafka', required: false, check: () => kafka.ping() },
    { name: 'registry', required: false, check: () => registry.ping() },
  ];
  return [
    ...(pool ? [database] : []),
    ...(!hasStore(service) && service.withoutKafka ? [] : log),
    ...(service.checks?.(deps) ?? []),
  ];
}
