import { type Static, Type } from 'typebox';
import type { Credentials } from './authenticate.ts';

const Login = Type.String({ minLength: 1, maxLength: 200 });
const Secret = Type.String({ minLength: 1, maxLength: 200 });

const PasswordGrant = Type.Object({
  grant_type: Type.Literal('password'),
  username: Login,
  password: Secret,
});

const ClientGrant = Type.Object({
  grant_type: Type.Literal('client_credentials'),
  client_id: Login,
  client_secret: Secret,
});

export type Grant = Static<typeof PasswordGrant> | Static<typeof ClientGrant>;

/** Body of a token request: a person's password, or a machine's client credentials. */
export const Grant = Type.Unsafe<Grant>({
  type: 'object',
  oneOf: [PasswordGrant, ClientGrant],
  discriminator: { propertyName: 'grant_type' },
});

export function credentialsOf(grant: Grant): Credentials {
  return grant.grant_type === 'password'
    ? { login: grant.username, secret: grant.password, kind: 'password' }
    : { login: grant.client_id, secret: grant.client_secret, kind: 'client_secret' };
}
