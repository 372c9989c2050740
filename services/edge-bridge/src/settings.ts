import { ConfigError } from '@dabba/service-kit';

export interface BridgeSettings {
  mqtt: { host: string; port: number; maxConnections: number };
  /** Folder of the spool, the remembered credentials, what was read of the fridges and the schemas written with; one process each. */
  directory: string;
  identityUrl: string;
  /** Milliseconds remembered credentials count while identity is away. */
  credentialMaxAge: number;
  /** Milliseconds Kafka has to acknowledge a fact before it is spooled. */
  kafkaTimeout: number;
  /** Bytes. */
  spoolBudget: number;
  /** Milliseconds. */
  commandResend: number;
}

const day = 24 * 60 * 60 * 1000;

export function settingsFrom(env: NodeJS.ProcessEnv): BridgeSettings {
  return {
    mqtt: {
      host: env.MQTT_HOST ?? env.HOST ?? '127.0.0.1',
      port: whole(env, 'MQTT_PORT', 1883, 0),
      maxConnections: whole(env, 'MQTT_MAX_CONNECTIONS', 10_000),
    },
    directory: env.EDGE_BRIDGE_DIR ?? '.dabba/edge-bridge',
    identityUrl: env.IDENTITY_URL ?? 'http://127.0.0.1:5011',
    credentialMaxAge: whole(env, 'CREDENTIAL_MAX_AGE_DAYS', 30) * day,
    kafkaTimeout: whole(env, 'FACT_KAFKA_TIMEOUT_MS', 1_500),
    spoolBudget: whole(env, 'SPOOL_MAX_BYTES', 256 << 20),
    commandResend: whole(env, 'COMMAND_RESEND_MS', 5_000),
  };
}

function whole(env: NodeJS.ProcessEnv, name: string, fallback: number, least = 1): number {
  const value = Number(env[name] ?? fallback);
  if (Number.isSafeInteger(value) && value >= least) return value;
  throw new ConfigError(`edge-bridge cannot start: ${name} must be a whole number of at least ${least}.`);
}
