import fastify, { type FastifyInstance, type FastifyReply } from 'fastify';
import { ownDoors, readerOf, unanswered, untilStopped } from '../serving.ts';
import { Behaviour } from './behaviour.ts';
import { Ledger } from './ledger.ts';
import { Office, type Reply } from './office.ts';

const behaviourOf = readerOf(Behaviour);

export interface OfficeOptions {
  /** Default: any free one. */
  port?: number;
  /** File of the ledger. */
  ledger: string;
  behaviour?: object;
}

export interface RunningOffice {
  /** `http://127.0.0.1:5090` */
  url: string;
  office: Office;
  /** As `PUT /_behaviour` does. @throws for what is no behaviour */
  behave(behaviour: unknown): void;
  close(): Promise<void>;
}

/** What an office says in its own protocol. */
export interface Protocol {
  /** Content type of its answers. */
  type: string;
  routes(app: FastifyInstance, office: Office): void;
}

/** Serves an office: its protocol, `GET /_ledger`, and `PUT /_behaviour`. */
export async function startOffice(
  letters: string,
  protocol: Protocol,
  options: OfficeOptions,
): Promise<RunningOffice> {
  const office = new Office(letters, new Ledger(options.ledger), behaviourOf(options.behaviour ?? {}));
  office.behave(office.behaviour);
  const app = fastify({ bodyLimit: 32 * 1024 * 1024, forceCloseConnections: true });
  const behave = (behaviour: unknown) => office.behave(behaviourOf(behaviour));
  ownDoors(app, { ledger: () => office.ledger.view(), behaviour: () => office.behaviour, behave });
  protocol.routes(app, office);
  const url = await app.listen({ host: '127.0.0.1', port: options.port ?? 0 });
  return {
    url,
    office,
    behave,
    async close() {
      await app.close();
      office.ledger.close();
    },
  };
}

/** Carries out what became of a request. */
export function send<T>(reply: FastifyReply, outcome: Reply<T>, write: (answer: T) => unknown): FastifyReply {
  switch (outcome.is) {
    case 'answer':
      return reply.send(write(outcome.answer));
    case 'garbage':
      return reply.send('\u0001<<{"results":[{"uid":');
    case 'broken':
      return reply.code(500).send('{"error":"internal"}');
    case 'limited':
      return reply.code(429).header('retry-after', String(outcome.retryAfter)).send('');
    case 'silent':
    case 'hung-up':
      return unanswered(reply, outcome.is);
    default:
      return outcome satisfies never;
  }
}

/** A name and password every office knows; another is 401. */
const credentials = { user: 'dabba', secret: 'dabba-secret' } as const;

export function isKnown(authorization: string | undefined): boolean {
  const { user, secret } = credentials;
  return authorization === `Basic ${Buffer.from(`${user}:${secret}`).toString('base64')}`;
}

/** Runs an office until the process is told to stop. */
export async function serve(
  start: (options: OfficeOptions) => Promise<RunningOffice>,
  port: number,
  ledger: string,
): Promise<void> {
  untilStopped(await start({ port, ledger }));
}
