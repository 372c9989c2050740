/** Where the servers answer. A server left out by `StackOptions.only` has an empty address. */
export interface StackAddresses {
  /** `host:port` of each broker. */
  kafkaBrokers: string[];
  /** Base URL of the Confluent-compatible API. */
  schemaRegistryUrl: string;
  /** The maintenance database, by a role that may create others. */
  databaseUrl: string;
}

export type ServerName = 'kafka' | 'registry' | 'postgres';

/** One process of the stack. `kafka` is the first broker and the controller; further brokers count from `kafka-2`. */
export type ProcessName = ServerName | `kafka-${number}`;

export type PortName = 'kafka' | 'controller' | 'registry' | 'postgres';

/** Running servers. */
export interface Stack extends StackAddresses {
  /** Undefined while the server is down, or when someone else runs it. */
  pid(server: ProcessName): number | undefined;
  /** Ends the server with SIGKILL; resolves when all its processes are gone. */
  kill9(server: ProcessName): Promise<void>;
  /** Starts the server again on its data and port, ending it first if it runs; resolves when it answers. */
  restart(server: ProcessName): Promise<void>;
  /** Ends every server in order; all are gone within 10 s. */
  stop(): Promise<void>;
}

export interface StackOptions {
  /** Folder for data, pid files and logs. What it holds survives a restart. */
  dir: string;
  /** Fixed ports; what is not named comes from KAFKA_PORT and its like, then the default. 'free' picks unused ones. */
  ports?: Partial<Record<PortName, number>> | 'free';
  /** Kafka brokers (default 1); the internal topics are replicated on all of them. */
  brokers?: number;
  /** Which servers to start (default all three). */
  only?: readonly ServerName[];
  /** Called with short lines for people while something takes time. */
  onProgress?: (line: string) => void;
  /** Called when a server ends though nobody asked it to. */
  onExit?: (server: ProcessName, reason: string) => void;
}
