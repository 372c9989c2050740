import type { JSONWebKeySet } from 'jose';
import { type Reader, reader } from './reader.ts';

export interface TokenConfig {
  issuer: string;
  audience: string;
  keys: URL | JSONWebKeySet;
}

export interface Config {
  service: string;
  host: string;
  port: number;
  logLevel: string;
  /** URL of this service's own database, and of the one it can be created from. */
  database: { url: string; maintenanceUrl: string | undefined };
  kafka: { brokers: string[]; prefix: string };
  registry: { url: string; cacheDir: string };
  tokens: TokenConfig;
  role: Role;
  /** Ids of the metros served; all of the region where undefined. */
  metros: string[] | undefined;
  otlpEndpoint: string | undefined;
  corsOrigins: string[];
}

const roles = ['all', 'doors', 'work'] as const;

/** What a process does of a service: all, only what is asked of it, or beside that what nobody asks for (relay, folds, reactions, tasks). */
export type Role = (typeof roles)[number];

const levels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;

/** Everything a process is told by its environment. Throws one sentence that names every wrong variable. */
export function loadConfig(
  service: { name: string; port: { variable: string; fallback: number }; apart?: true },
  env: NodeJS.ProcessEnv,
): Config {
  const read = reader(env);
  const kafka = {
    brokers: read.list('KAFKA_BROKERS', [`localhost:${read.text('KAFKA_PORT', '9092')}`]),
    prefix: read.text('KAFKA_PREFIX', ''),
  };
  const config: Config = {
    service: service.name,
    host: read.text('HOST', '127.0.0.1'),
    port: read.port(service.port.variable, service.port.fallback),
    logLevel: read.oneOf('LOG_LEVEL', levels, 'info'),
    database: databaseOf(service.name, kafka.prefix, read),
    kafka,
    registry: {
      url: read.url(
        'SCHEMA_REGISTRY_URL',
        `http://localhost:${read.text('SCHEMA_REGISTRY_PORT', '8081')}/apis/ccompat/v7`,
      ).href,
      cacheDir: read.text('SCHEMA_CACHE_DIR', '.dabba/schema-cache'),
    },
    tokens: tokensOf(read),
    role: service.apart ? read.oneOf(`${variableOf(service.name)}_ROLE`, roles, 'all') : 'all',
    metros: env.METROS ? read.list('METROS', []) : undefined,
    otlpEndpoint: env.OTEL_EXPORTER_OTLP_ENDPOINT
      ? read.url('OTEL_EXPORTER_OTLP_ENDPOINT', 'http://localhost').href
      : undefined,
    corsOrigins: read.list('CORS_ORIGINS', []),
  };
  read.done(service.name);
  return config;
}

/** What identity writes into tokens and everybody else checks. */
export function tokenConfig(env: NodeJS.ProcessEnv): TokenConfig {
  const read = reader(env);
  const config = tokensOf(read);
  read.done('tokens');
  return config;
}

function tokensOf(read: Reader): TokenConfig {
  return {
    issuer: read.text('JWT_ISSUER', 'https://identity.dabba.dev'),
    audience: read.text('JWT_AUDIENCE', 'dabba'),
    keys: read.url('JWKS_URL', 'http://127.0.0.1:5011/.well-known/jwks.json'),
  };
}

function variableOf(service: string): string {
  return service.toUpperCase().replaceAll('-', '_');
}

/** `<prefix>dabba_<service>` on the server of DATABASE_URL, unless `<NAME>_DATABASE_URL` names another. */
function databaseOf(service: string, prefix: string, read: Reader): Config['database'] {
  const own = `${variableOf(service)}_DATABASE_URL`;
  if (read.has(own)) return { url: read.url(own, '').href, maintenanceUrl: undefined };
  const local = `postgres://postgres@localhost:${read.text('POSTGRES_PORT', '5433')}/postgres`;
  const maintenance = read.url('DATABASE_URL', local);
  const url = new URL(maintenance);
  url.pathname = `/${`${prefix}dabba_${service}`.toLowerCase().replace(/[^a-z0-9_]/g, '_')}`;
  return { url: url.href, maintenanceUrl: maintenance.href };
}
