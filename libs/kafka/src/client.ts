import kafkajs from './kafkajs.ts';
import type { KafkaConfig, Log } from './types.ts';

/** Flows again within a second of a broker's return; kafkajs' own defaults take ten. */
export const retry = { initialRetryTime: 100, maxRetryTime: 1_000, retries: 100 } as const;

/** For questions a person or a probe waits for: given up after some seconds. */
export const briefRetry = { initialRetryTime: 100, maxRetryTime: 1_000, retries: 6 } as const;

const { ERROR, WARN } = kafkajs.logLevel;

/** Said of every producer whose retries end. Ours end on purpose: what failed is discarded and sent again (K2). */
const expected = 'Limiting retries for the idempotent producer may invalidate EoS guarantees';

export function createClient(config: KafkaConfig, log: Log): kafkajs.Kafka {
  return new kafkajs.Kafka({
    clientId: config.clientId,
    brokers: [...config.brokers],
    retry,
    connectionTimeout: 3_000,
    requestTimeout: 30_000,
    logLevel: WARN,
    logCreator:
      () =>
      ({ level, namespace, log: { message, timestamp: _, ...fields } }) => {
        if (message === expected) return;
        const about = { ...fields, namespace };
        if (level === ERROR) log.error(about, message);
        else log.warn(about, message);
      },
  });
}

/** Where no log was given: warnings and errors on stderr, one line of JSON each. */
export const plainLog: Log = {
  error: (fields, message) => console.error(line('error', fields, message)),
  warn: (fields, message) => console.error(line('warn', fields, message)),
  info: () => undefined,
};

function line(level: string, fields: object, message: string): string {
  return JSON.stringify({ level, message, ...fields });
}
