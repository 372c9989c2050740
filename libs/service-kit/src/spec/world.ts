import { loadRegion, topics } from '@dabba/contracts';
import { connectKafka, topicSettings } from '@dabba/kafka';
import { testDatabase, uniquePrefix } from '@dabba/testing';
import { makeIssuer } from './tokens.ts';

export type World = Awaited<ReturnType<typeof openWorld>>;

/** Database, topics and keys for one test service that nobody else has. */
export async function openWorld(label: string) {
  const database = await testDatabase(label);
  const prefix = uniquePrefix(label);
  const brokers = (process.env.KAFKA_BROKERS ?? 'localhost:9092').split(',');
  const kafka = connectKafka({ brokers, clientId: label, prefix });
  const wanted = topicSettings(topics, loadRegion(), { replicas: 1 });
  await kafka.admin.apply(wanted);
  const env: NodeJS.ProcessEnv = {
    ...process.env,
    MEALS_DATABASE_URL: database.url,
    KAFKA_PREFIX: prefix,
    LOG_LEVEL: 'warn',
  };
  const { keys } = await makeIssuer();
  return {
    database,
    env,
    keys,
    async close() {
      await kafka.admin.deleteTopics(wanted.map(({ name }) => name));
      await kafka.close();
      await database.drop();
    },
  };
}

export function postMeal(url: string, sku: string, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(`${url}/api/v1/meals`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ sku }),
  });
}
