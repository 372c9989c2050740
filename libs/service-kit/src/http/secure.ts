import helmet from '@fastify/helmet';
import fastify, { type FastifyInstance } from 'fastify';

/** Of the answer itself, not of helmet. */
const own = ['content-type', 'content-length', 'date', 'connection'];

let asked: Promise<Record<string, string>> | undefined;

/**
 * The headers of helmet on every answer. They are always the same, so it is asked for them once in a process: for each request it
 * would make all of its middleware anew, which was more than verifying a token that is remembered.
 */
export async function secureAnswers(app: FastifyInstance): Promise<void> {
  asked ??= askHelmet();
  const headers = await asked;
  app.addHook('onRequest', (_request, reply, done) => {
    reply.headers(headers);
    done();
  });
}

async function askHelmet(): Promise<Record<string, string>> {
  const app = fastify();
  await app.register(helmet, { contentSecurityPolicy: { directives: { defaultSrc: ["'none'"] } } });
  app.get('/', async () => '');
  const { headers } = await app.inject('/');
  await app.close();
  const kept = Object.entries(headers).filter(([name]) => !own.includes(name));
  return Object.fromEntries(kept.map(([name, value]) => [name, String(value)]));
}
