import type { BlockList } from 'node:net';
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
  return {
    quotas: quotasFrom(env),
    trusted: networks((env.TRUSTED_PROXIES ?? '').split(',').filter(Boolean)),
    bodyLimit: positive(env, 'BODY_LIMIT_BYTES', 1024 * 1024),
    patience: positive(env, 'UPSTREAM_TIMEOUT_MS', 15_000),
    connections: positive(env, 'UPSTREAM_CONNECTIONS', 256),
  };
}

function positive(env: NodeJS.ProcessEnv, name: string, fallback: number): number {
  const value = Number(env[name] ?? fallback);
  if (!Number.isInteger(value) || value <= 0) throw new Error(`${name} must be a whole number above 0`);
  return value;
}
