import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Ports } from '../../platform/addresses.ts';
import { type Client, clientOf } from '../../platform/client.ts';
import type { DemoCredential } from '../../platform/credentials.ts';
import { Fridge, type FridgeOptions } from '../../simulators/fridge/index.ts';

/** Who acts in a village, each by the name the seed gave it. */
export interface Villagers {
  credentials: readonly DemoCredential[];
  /** Signed in through the gateway; by login or client id. */
  as(login: string): Client;
  secretOf(login: string): string;
  /** An access token, as identity gave it. */
  tokenOf(login: string): Promise<string>;
  /** Not connected yet. Asked for again it goes on from its journal, as after a crash. */
  fridge(id: string, options?: Partial<FridgeOptions>): Fridge;
}

interface Place {
  /** Fridges' journals are kept here. */
  dir: string;
  url: string;
  ports: Ports;
  /** Path of demo-credentials.json. */
  credentials: string;
}

export function villagers({ dir, url, ports, credentials: file }: Place): Villagers {
  const credentials: DemoCredential[] = JSON.parse(readFileSync(file, 'utf8'));
  const clients = new Map<string, Client>();

  function credentialOf(login: string): DemoCredential {
    const found = credentials.find((each) => loginOf(each) === login);
    if (!found) throw new Error(`Nobody is called ${login}`);
    return found;
  }
  function secretOf(login: string): string {
    const found = credentialOf(login);
    return 'username' in found ? found.password : found.client_secret;
  }

  function as(login: string): Client {
    const client = clients.get(login) ?? clientOf(url, credentialOf(login));
    clients.set(login, client);
    return client;
  }

  return {
    credentials,
    secretOf,
    tokenOf: async (login) => as(login).token(),
    as,
    fridge: (id, options = {}) =>
      new Fridge({
        url: `mqtt://127.0.0.1:${ports.mqtt}`,
        clientId: id,
        clientSecret: secretOf(id),
        metro: credentialOf(id).metro ?? '',
        fridgeId: id,
        currency: 'USD',
        journal: join(dir, `${id}.journal`),
        retryAfter: 50,
        ...options,
      }),
  };
}

function loginOf(credential: DemoCredential): string {
  return 'username' in credential ? credential.username : credential.client_id;
}
