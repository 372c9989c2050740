import { setTimeout as pause } from 'node:timers/promises';
import { fingerprintOf } from '@dabba/contracts';
import confluent from '@kafkajs/confluent-schema-registry';
import { messageOf } from './deadline.ts';
import { identityOf } from './registry-identity.ts';
import { RegistryQuestions } from './registry-questions.ts';
import { registryOf, type SchemaCache } from './schema-cache.ts';
import { type SchemaRegistry, UnknownSchema } from './types.ts';

/** How soon a registry that was away is asked for its name again, in milliseconds. */
const askAgainMs = 10_000;

const { COMPATIBILITY, SchemaRegistry: Client, SchemaType } = confluent;

export interface RegistryConfig {
  /** Base of the Confluent API. */
  url: string;
  /** Where what was learnt is kept, each registry's apart; may be shared by processes or baked into an image. */
  cacheDir: string;
}

/** TopicRecordName. The topic without prefix: the contract is the same for every copy of a topic. */
export function subjectOf(topic: string, fullName: string): string {
  return `${topic}-${fullName}`;
}

export function connectRegistry({ url, cacheDir }: RegistryConfig): SchemaRegistry {
  const client = new Client({ host: url, retry: { retries: 2, initialRetryTimeInSecs: 0.1 } });
  const questions = new RegistryQuestions(url);
  const ids = new Map<string, Promise<number>>();
  const texts = new Map<number, Promise<string>>();

  const caches = new Map<'here', Promise<SchemaCache>>();

  /** Asked until the registry has told its name once: it may come back as another one, whose ids mean other schemas. */
  function cacheHere(): Promise<SchemaCache> {
    return once(caches, 'here', async () => {
      const { cache, answered } = await registryOf(cacheDir, () => identityOf(questions));
      if (!answered) setTimeout(() => caches.clear(), askAgainMs).unref();
      return cache;
    });
  }

  async function learnId(subject: string, text: string): Promise<number> {
    const fingerprint = fingerprintOf(text);
    try {
      const cache = await cacheHere();
      const kept = await cache.idOf(subject, fingerprint);
      if (kept !== undefined) return kept;
      const id = await register(subject, text);
      await cache.keepText(id, text);
      await cache.keepId(subject, fingerprint, id);
      return id;
    } catch (cause) {
      throw new Error(`The schema of ${subject} could not be registered: ${messageOf(cause)}`, { cause });
    }
  }

  /**
   * Several processes may register at once; to the slower ones a registry says that the subject exists already, or has it
   * while its compatibility is not yet set, which the client takes for another one.
   */
  async function register(subject: string, text: string, tries = 6): Promise<number> {
    try {
      const { id } = await client.register(
        { type: SchemaType.AVRO, schema: text },
        { subject, compatibility: COMPATIBILITY.FULL_TRANSITIVE },
      );
      return id;
    } catch (error) {
      if (tries <= 1 || !isConflict(error)) throw error;
      await pause(100 + 200 * Math.random());
      return register(subject, text, tries - 1);
    }
  }

  async function learnText(id: number): Promise<string> {
    try {
      const cache = await cacheHere();
      const kept = await cache.textOf(id);
      if (kept !== undefined) return kept;
      const text = await questions.text(id);
      await cache.keepText(id, text);
      return text;
    } catch (cause) {
      if (cause instanceof UnknownSchema) throw cause;
      throw new Error(`The schema ${id} is not known here and could not be asked: ${messageOf(cause)}`, {
        cause,
      });
    }
  }

  return {
    idOf(topic, fullName, schemaText) {
      const subject = subjectOf(topic, fullName);
      return once(ids, `${subject}\n${schemaText}`, () => learnId(subject, schemaText));
    },
    textOf: (id) => once(texts, id, () => learnText(id)),
    async check(schemas) {
      const problems: { subject: string; problem: string }[] = [];
      for (const { topic, fullName, text } of schemas) {
        const subject = subjectOf(topic, fullName);
        const problem = await questions.incompatibility(subject, text);
        if (problem !== undefined) problems.push({ subject, problem });
      }
      return problems;
    },
    ping: () => questions.ping(),
  };
}

function isConflict(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return (
    error.name === 'ConfluentSchemaRegistryCompatibilityError' || ('status' in error && error.status === 409)
  );
}

/** One question at a time for a key; only answers are remembered. */
function once<K, V>(memory: Map<K, Promise<V>>, key: K, ask: () => Promise<V>): Promise<V> {
  const known = memory.get(key);
  if (known) return known;
  const asked = ask();
  memory.set(key, asked);
  asked.catch(() => memory.delete(key));
  return asked;
}
