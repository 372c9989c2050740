interface KafkaSettings {
  node: number;
  brokers: number;
  port: number;
  controller: number;
  data: string;
}

/** server.properties of one broker, sized for a laptop. */
export function settingsOf({ node, brokers, port, controller, data }: KafkaSettings): string {
  const isController = node === 1;
  const settings = {
    'process.roles': isController ? 'broker,controller' : 'broker',
    'node.id': node,
    'controller.quorum.voters': `1@localhost:${controller}`,
    'controller.listener.names': 'CONTROLLER',
    listeners: [
      `PLAINTEXT://localhost:${port}`,
      ...(isController ? [`CONTROLLER://localhost:${controller}`] : []),
    ],
    'advertised.listeners': `PLAINTEXT://localhost:${port}`,
    'listener.security.protocol.map': 'PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT',
    'log.dirs': data,
    'auto.create.topics.enable': false,
    'group.initial.rebalance.delay.ms': 0,
    'offsets.topic.replication.factor': brokers,
    'offsets.topic.num.partitions': 8,
    'transaction.state.log.replication.factor': brokers,
    'transaction.state.log.min.isr': 1,
    'transaction.state.log.num.partitions': 4,
    'share.coordinator.state.topic.replication.factor': brokers,
    'share.coordinator.state.topic.min.isr': 1,
    // A broker that was killed may only come back when its last session is over (9 s by default).
    'broker.session.timeout.ms': 4000,
    'broker.heartbeat.interval.ms': 1000,
    'log.cleaner.dedupe.buffer.size': 16 * 1024 * 1024,
    'num.io.threads': 4,
    'num.network.threads': 2,
  };
  return Object.entries(settings)
    .map(([name, value]) => `${name}=${String(value)}\n`)
    .join('');
}
