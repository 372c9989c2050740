import { connectKafka, connectRegistry, type Kafka, type SchemaRegistry } from '@dabba/kafka';
import { loadConfig } from '@dabba/service-kit';

/** Runs `work` with Kafka and the registry as the environment names them. */
export async function withKafka<R>(work: (kafka: Kafka, registry: SchemaRegistry) => Promise<R>): Promise<R> {
  const { kafka, registry } = loadConfig(
    { name: 'dabba', port: { variable: 'PORT', fallback: 0 } },
    process.env,
  );
  const connected = connectKafka({ ...kafka, clientId: 'dabba-cli' });
  try {
    return await work(connected, connectRegistry(registry));
  } finally {
    await connected.close();
  }
}
