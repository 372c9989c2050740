import { idPattern } from '@dabba/contracts';
import type { Knex } from 'knex';

export type SecretKind = 'password' | 'client_secret';

export interface Secret {
  principalId: string;
  login: string;
  kind: SecretKind;
  /** argon2id, PHC string. */
  hash: string;
}

interface SecretRow {
  principal_id: string;
  login: string;
  kind: SecretKind;
  hash: string;
}

const possible = new RegExp(idPattern);

/** Who logs in with this name this way. What cannot be a login is not even looked up (Postgres refuses a NUL). */
export async function findSecret(db: Knex, login: string, kind: SecretKind): Promise<Secret | undefined> {
  if (!possible.test(login)) return undefined;
  const row = await db<SecretRow>('secrets').where({ login, kind }).first();
  return row && secretFrom(row);
}

export async function allSecrets(db: Knex): Promise<Secret[]> {
  return (await db<SecretRow>('secrets')).map(secretFrom);
}

function secretFrom(row: SecretRow): Secret {
  return { principalId: row.principal_id, login: row.login, kind: row.kind, hash: row.hash };
}

/** Sets or replaces the secret of a principal. */
export async function keepSecret(db: Knex, secret: Secret): Promise<void> {
  const row: SecretRow = {
    principal_id: secret.principalId,
    login: secret.login,
    kind: secret.kind,
    hash: secret.hash,
  };
  await db<SecretRow>('secrets').insert(row).onConflict('principal_id').merge();
}
