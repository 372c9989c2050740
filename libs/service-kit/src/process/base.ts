import { loadRegion } from '@dabba/contracts';
import { connectKafka, connectRegistry } from '@dabba/kafka';
import { ConfigError } from '../config/reader.ts';
import { type Config, loadConfig } from '../config/settings.ts';
import { createLog } from '../telemetry/log.ts';
import type { Service, ServiceDeps } from '../types.ts';
import type { StartOptions } from './options.ts';

export interface Base {
  config: Config;
  deps: ServiceDeps;
  close(): Promise<void>;
}

/** What every process has, with a store or without: settings, log, clock, Kafka and registry. Opens no connection. */
export function makeBase(service: Service, options: StartOptions): Base {
  const given = options.env ?? process.env;
  const env = options.kafkaPrefix === undefined ? given : { ...given, KAFKA_PREFIX: options.kafkaPrefix };
  const config = loadConfig(service, env);
  const region = loadRegion(env);
  const metros = region.metros.filter(({ id }) => config.metros?.includes(id) ?? true);
  const unknown = config.metros?.filter((id) => !region.metros.some((metro) => metro.id === id)) ?? [];
  if (unknown.length > 0)
    throw new ConfigError(
      `${service.name} cannot start: METROS names ${unknown.join(', ')}, not in the region ${region.region}.`,
    );
  const log = createLog({
    service: service.name,
    level: config.logLevel,
    metros: metros.map(({ id }) => id),
    ...(options.logTo && { destination: options.logTo }),
  });
  const { brokers, prefix } = config.kafka;
  const kafka = options.kafka ?? connectKafka({ brokers, clientId: service.name, prefix, log });
  const registry = options.registry ?? connectRegistry(config.registry);
  return {
    config,
    deps: { region, metros, kafka, registry, log, now: options.now ?? Date.now, env },
    close: async () => {
      if (!options.kafka) await kafka.close();
    },
  };
}
