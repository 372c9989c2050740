import { setTimeout as pause } from 'node:timers/promises';
import { schemaOf } from '@dabba/contracts';
import { type OutgoingRecord, type Publisher, type SchemaRegistry, toRecord } from '@dabba/kafka';
import type { StoredFact } from './stored-fact.ts';
import type { WrittenSchemas } from './written-schemas.ts';

export type SendFacts = (facts: readonly StoredFact[]) => Promise<void>;

/**
 * Frames the facts and publishes them in order; resolves once Kafka has acknowledged all (acks=all).
 * @param patience milliseconds a schema's id may take, where it is not known yet
 */
export function factSender(
  publisher: Publisher,
  registry: SchemaRegistry,
  schemas: WrittenSchemas,
  patience: number,
): SendFacts {
  const ids = new Map<string, number>();
  async function idOf({ name, schema }: StoredFact): Promise<number> {
    const known = ids.get(schema);
    if (known !== undefined) return known;
    const { topic, fullName } = schemaOf(name);
    const tooLate = pause(patience, undefined, { ref: false });
    const id = await Promise.race([registry.idOf(topic, fullName, await schemas(name, schema)), tooLate]);
    if (id === undefined) throw new Error(`The registry gave no id for ${fullName} within ${patience} ms`);
    ids.set(schema, id);
    return id;
  }
  return async (facts) => {
    const records: OutgoingRecord[] = [];
    for (const fact of facts) {
      const { name: type, meta, data, partition } = fact;
      const schemaId = ids.get(fact.schema) ?? (await idOf(fact));
      records.push(toRecord({ type, meta, data }, { topic: schemaOf(type).topic, partition, schemaId }));
    }
    await publisher.publish(records);
  };
}
