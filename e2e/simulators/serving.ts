import { tuneEngine } from '@dabba/service-kit';
import type { FastifyInstance, FastifyReply } from 'fastify';
import type { Static, TSchema } from 'typebox';
import { Compile } from 'typebox/compile';
import { Value } from 'typebox/value';

/** Reads what a simulator is told to be, with defaults for what is left out; throws where it is no such thing. */
export function readerOf<T extends TSchema>(schema: T): (given: unknown) => Static<T> {
  const check = Compile(schema);
  return (given) => {
    const whole = Value.Default(schema, structuredClone(given));
    if (check.Check(whole)) return whole;
    throw new Error(
      check
        .Errors(whole)
        .map(({ instancePath, message }) => `${instancePath} ${message}`)
        .join('; '),
    );
  };
}

export interface Played {
  /** What `GET /_ledger` shows. */
  ledger(): unknown;
  behaviour(): object;
  /** @throws for what is no behaviour */
  behave(given: unknown): void;
}

/** The doors that every simulator has beside its own protocol. */
export function ownDoors(app: FastifyInstance, { ledger, behaviour, behave }: Played): void {
  app.get('/health/ready', async () => ({ status: 'ready' }));
  app.get('/_ledger', async () => ledger());
  app.get('/_behaviour', async () => behaviour());
  app.put('/_behaviour', async (request, reply) => {
    try {
      behave(request.body);
    } catch (error) {
      return reply.code(400).send({ detail: String(error) });
    }
    return behaviour();
  });
}

/** No answer: the caller waits for one, or sees its connection end. */
export function unanswered(reply: FastifyReply, is: 'silent' | 'hung-up'): FastifyReply {
  reply.hijack();
  if (is === 'hung-up') reply.raw.destroy();
  return reply;
}

/** Goes on until the process is told to stop. */
export function untilStopped({ url, close }: { url: string; close(): Promise<void> }): void {
  tuneEngine();
  console.log(url);
  const stop = () => void close().then(() => process.exit(0));
  process.once('SIGINT', stop).once('SIGTERM', stop);
}
