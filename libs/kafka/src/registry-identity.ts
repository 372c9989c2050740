import { randomUUID } from 'node:crypto';
import type { RegistryQuestions } from './registry-questions.ts';

const subject = 'dabba.registry';

/**
 * Tells one registry from another, for no API does: an address says nothing after a registry was made anew behind it, and its ids
 * then mean other schemas. The first to ask writes a schema with a random name under a subject of its own; the oldest version is
 * the registry's name for as long as its data lives.
 */
export async function identityOf(registry: RegistryQuestions): Promise<string> {
  const known = await oldest(registry);
  if (known !== undefined) return known;
  const name = `r${randomUUID().replaceAll('-', '')}`;
  const text = JSON.stringify({ type: 'fixed', size: 1, name, namespace: subject });
  // Refused where another process was quicker: its name is read below like ours would be.
  const refusal = await registry.register(subject, text);
  const now = await oldest(registry);
  if (now === undefined) throw new Error(`The schema registry took no name: ${refusal ?? 'it forgot it'}`);
  return now;
}

async function oldest(registry: RegistryQuestions): Promise<string | undefined> {
  const [first] = (await registry.versions(subject)).sort((one, other) => one - other);
  if (first === undefined) return undefined;
  const schema: unknown = JSON.parse(await registry.version(subject, first));
  const { name } = Object(schema);
  if (typeof name !== 'string' || !/^r[0-9a-f]{32}$/.test(name)) {
    throw new Error(`The subject ${subject} of the schema registry names no registry`);
  }
  return name;
}
