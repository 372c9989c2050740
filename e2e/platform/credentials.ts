/** An entry of demo-credentials.json, as the seed writes it. */
export type DemoCredential = {
  name: string;
  kind: 'person' | 'machine' | 'fridge';
  metro: string | null;
  roles: string[];
  ids: {
    kitchen_id?: string;
    fridge_id?: string;
    customer_id?: string;
    courier_id?: string;
    vendor_id?: string;
  };
} & ({ username: string; password: string } | { client_id: string; client_secret: string });

/** Credentials of a role in a metro, in the order of the file. */
export function withRole(all: readonly DemoCredential[], role: string, metro?: string): DemoCredential[] {
  return all.filter(
    ({ roles, metro: own }) => roles.includes(role) && (metro === undefined || own === metro),
  );
}

/** @throws where nobody has it */
export function firstWithRole(all: readonly DemoCredential[], role: string, metro?: string): DemoCredential {
  const [first] = withRole(all, role, metro);
  if (!first) throw new Error(`Nobody is ${role}${metro === undefined ? '' : ` in ${metro}`}`);
  return first;
}

/** The body of a token request. */
export function grantOf(credential: DemoCredential): Record<string, string> {
  return 'username' in credential
    ? { grant_type: 'password', username: credential.username, password: credential.password }
    : {
        grant_type: 'client_credentials',
        client_id: credential.client_id,
        client_secret: credential.client_secret,
      };
}

/** @throws when the file has no machine of that id */
export function secretOf(all: readonly DemoCredential[], clientId: string): string {
  for (const credential of all)
    if ('client_id' in credential && credential.client_id === clientId) return credential.client_secret;
  throw new Error(`Nobody is ${clientId} in demo-credentials.json`);
}
