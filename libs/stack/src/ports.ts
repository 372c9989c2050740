import { randomInt } from 'node:crypto';
import { connect, createServer } from 'node:net';
import { reservePort } from './reserve-port.ts';
import { StackError } from './stack-error.ts';
import type { PortName } from './types.ts';

export interface PortUse {
  port: number;
  /** Who wants it, as a person would say it. */
  what: string;
  /** The environment variable that moves it elsewhere. */
  variable: string;
}

/** Each server's port: its default and the variable that changes it. */
export const serverPorts: Readonly<Record<PortName, PortUse>> = {
  kafka: { port: 9092, what: 'Kafka', variable: 'KAFKA_PORT' },
  controller: { port: 9093, what: "Kafka's controller", variable: 'KAFKA_CONTROLLER_PORT' },
  registry: { port: 8081, what: 'the schema registry', variable: 'SCHEMA_REGISTRY_PORT' },
  postgres: { port: 5433, what: 'Postgres', variable: 'POSTGRES_PORT' },
};

/** @throws StackError when something else listens on the port. */
export async function requireFreePort({ port, what, variable }: PortUse): Promise<void> {
  if (await isFree(port)) return;
  throw new StackError(
    `Port ${port} for ${what} is taken by another program: stop it, or set ${variable} to a free port in .env.`,
  );
}

/** A port nobody uses, from below the range systems hand out for outgoing connections. */
export async function freePort(): Promise<number> {
  for (let attempt = 0; attempt < 100; attempt++) {
    const port = randomInt(20_000, 32_000);
    if (reservePort(port) && (await isFree(port))) return port;
  }
  throw new StackError('No free port was found between 20000 and 32000.');
}

/** A port from the environment, or the fallback. @throws StackError when it is no port. */
export function portFromEnv(variable: string, fallback: number): number {
  const text = process.env[variable];
  if (!text) return fallback;
  const port = Number(text);
  if (Number.isInteger(port) && port > 0 && port < 65_536) return port;
  throw new StackError(`${variable} must be a port between 1 and 65535, and is "${text}".`);
}

// Connecting finds what listens on all addresses, which binding one of them may not; binding finds the rest.
async function isFree(port: number): Promise<boolean> {
  return !(await answers(port)) && (await canListen(port));
}

/** Whether something accepts connections on a local port. */
export function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1', timeout: 1000 });
    const finish = (answer: boolean) => {
      socket.destroy();
      resolve(answer);
    };
    socket.once('connect', () => finish(true));
    socket.once('error', () => finish(false));
    socket.once('timeout', () => finish(false));
  });
}

function canListen(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => server.close(() => resolve(true)));
  });
}
