import type { BlockList } from 'node:net';
import { reader } from '@dabba/service-kit';
import { networks } from './limits/address.ts';
import { type Quotas, quotasFrom } from './limits/caller.ts';

export interface GatewaySettings {
  quotas: Quotas;
  /** Proxies in front of us whose word on the client's address counts. */
  trusted: BlockList;
  /** Most bytes of a request body. */
  bodyLimit: number;
  /** Milliseconds a service may take until its answer begins. */
  patience: number;
  /** Connections kept to each service. */
  connections: number;
}

export function settingsFrom(env: NodeJS.ProcessEnv): GatewaySettings {
  const read = reader(env);
  const settings = {
    quotas: quotasFrom(read),
    trusted: networks(read.list('TRUSTED_PROXIES', [])),
    bodyLimit: read.count('BODY_LIMIT_BYTES', 1024 * 1024),
    patience: read.count('UPSTREAM_TIMEOUT_MS', 15_000),
    connections: read.count('UPSTREAM_CONNECTIONS', 256),
  };
  read.done('gateway');
  return settings;
}
