import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { agreementFile, seedIdentity } from '@dabba/identity';
import type { StoreDeps } from '@dabba/service-kit';

const memory = fileURLToPath(new URL('../../../.dabba/journeys-people.json', import.meta.url));

interface Remembered {
  credentials: string;
  agreement: string;
  /** Rows, hashes in them. */
  secrets: object[];
}

/** As identity is seeded, but every village gets the secrets of the first: to hash them takes seconds each time. */
export async function seedPeopleOnce(deps: StoreDeps, file: string): Promise<void> {
  const known = await recall();
  if (known) {
    await writeFile(file, known.credentials, { mode: 0o600 });
    await writeFile(agreementFile(file), known.agreement, { mode: 0o600 });
    await deps.db('secrets').insert(known.secrets);
  }
  const { secretsSet } = await seedIdentity(deps, file);
  if (secretsSet > 0)
    await remember({
      credentials: await readFile(file, 'utf8'),
      agreement: await readFile(agreementFile(file), 'utf8'),
      secrets: await deps.db('secrets'),
    });
}

async function recall(): Promise<Remembered | undefined> {
  const text = await readFile(memory, 'utf8').catch(() => undefined);
  return text === undefined ? undefined : JSON.parse(text);
}

async function remember(people: Remembered): Promise<void> {
  await mkdir(dirname(memory), { recursive: true });
  const draft = `${memory}.${process.pid}`;
  await writeFile(draft, JSON.stringify(people), { mode: 0o600 });
  await rename(draft, memory);
}
