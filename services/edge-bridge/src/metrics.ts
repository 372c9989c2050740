import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import type { SpoolStatus } from './spool/spool.ts';

const buckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5];

export interface Looks {
  devices(): number;
  spool(): SpoolStatus;
  unconfirmedCommands(): number;
  policies(): number;
  now(): number;
}

/** What an operator sees of the bridge. `looks` are taken at each scrape. */
export function bridgeMetrics(registry: Registry, looks: Looks) {
  const registers = [registry];
  const gauge = (name: string, help: string, look: () => number) =>
    new Gauge({
      name: `dabba_edge_${name}`,
      help,
      registers,
      collect() {
        this.set(look());
      },
    });
  gauge('connected_devices', 'MQTT connections of fridges', looks.devices);
  gauge('unconfirmed_commands', 'Commands no fridge has confirmed yet', looks.unconfirmedCommands);
  gauge('offline_policies', 'Fridges a policy is known of', looks.policies);
  gauge('spool_records', 'Facts on disk that are not on Kafka yet', () => looks.spool().records);
  gauge('spool_bytes', 'Size of the spool on disk', () => looks.spool().bytes);
  gauge('spool_full', '1 while the spool takes no more and facts are not acknowledged', () =>
    Number(looks.spool().full),
  );
  gauge('spool_oldest_seconds', 'Age of the oldest fact on disk', () => {
    const { oldest } = looks.spool();
    return oldest === undefined ? 0 : (looks.now() - oldest) / 1000;
  });
  return {
    accepted: new Counter({
      name: 'dabba_edge_facts_accepted_total',
      help: 'Facts that are safe and acknowledged',
      labelNames: ['type', 'metro'],
      registers,
    }),
    rejected: new Counter({
      name: 'dabba_edge_messages_rejected_total',
      help: 'Messages that are no facts, by the code of their problem',
      labelNames: ['code'],
      registers,
    }),
    refused: new Counter({
      name: 'dabba_edge_connections_refused_total',
      help: 'Connections refused or cut, by reason',
      labelNames: ['because'],
      registers,
    }),
    acceptance: new Histogram({
      name: 'dabba_edge_fact_acceptance_seconds',
      help: 'From the arrival of a fact to its acknowledgement',
      buckets,
      registers,
    }),
    publish: new Histogram({
      name: 'dabba_edge_kafka_publish_seconds',
      help: 'Sends of facts to Kafka, by outcome',
      labelNames: ['outcome'],
      buckets,
      registers,
    }),
  };
}
