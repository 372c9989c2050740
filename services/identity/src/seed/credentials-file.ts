import { randomBytes } from 'node:crypto';
import { chmod, mkdir, open, readFile, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Type } from 'typebox';
import { Value } from 'typebox/value';
import type { SecretKind } from '../secrets/secrets.ts';
import type { DemoIds, DemoPrincipal } from './plan.ts';

interface About {
  name: string;
  kind: DemoPrincipal['kind'];
  metro: string | null;
  roles: readonly string[];
  ids: DemoIds;
}

/** One entry of demo-credentials.json. */
export type DemoCredential =
  | (About & { username: string; password: string })
  | (About & { client_id: string; client_secret: string });

const Known = Type.Array(
  Type.Union([
    Type.Object({ username: Type.String(), password: Type.String({ minLength: 1 }) }),
    Type.Object({ client_id: Type.String(), client_secret: Type.String({ minLength: 1 }) }),
  ]),
);

/** DEMO_CREDENTIALS, else `.dabba/demo-credentials.json` of this checkout. */
export function credentialsFile(env: NodeJS.ProcessEnv): string {
  return (
    env.DEMO_CREDENTIALS ??
    fileURLToPath(new URL('../../../../.dabba/demo-credentials.json', import.meta.url))
  );
}

/** Login → secret, as kept in the file; empty when there is none. @throws when the file is not what was written */
export async function readSecrets(file: string): Promise<Map<string, string>> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (text === undefined) return new Map();
  return new Map(
    parse(file, text).map((entry) =>
      'username' in entry ? [entry.username, entry.password] : [entry.client_id, entry.client_secret],
    ),
  );
}

function parse(file: string, text: string) {
  try {
    return Value.Parse(Known, JSON.parse(text));
  } catch (cause) {
    throw new Error(`${file} is not a list of demo credentials: mend it or remove it`, { cause });
  }
}

/** Readable by its owner only; whole or not at all, whenever the machine stops. */
export async function writeCredentials(file: string, credentials: readonly DemoCredential[]): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  const draft = `${file}.${process.pid}.new`;
  const handle = await open(draft, 'w', 0o600);
  try {
    await handle.writeFile(`${JSON.stringify(credentials, null, 2)}\n`);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await chmod(draft, 0o600);
  await rename(draft, file);
}

/** The principal with the secret it has in the file, or a new one. */
export function credentialOf(principal: DemoPrincipal, known: ReadonlyMap<string, string>): DemoCredential {
  const { id, name, kind, metro, roles, ids } = principal;
  const secret = known.get(id) ?? randomBytes(24).toString('base64url');
  const about = { name, kind, metro, roles, ids };
  return kind === 'person'
    ? { ...about, username: id, password: secret }
    : { ...about, client_id: id, client_secret: secret };
}

/** What somebody logs in with. */
export function secretOf(credential: DemoCredential): { login: string; secret: string; kind: SecretKind } {
  return 'username' in credential
    ? { login: credential.username, secret: credential.password, kind: 'password' }
    : { login: credential.client_id, secret: credential.client_secret, kind: 'client_secret' };
}
