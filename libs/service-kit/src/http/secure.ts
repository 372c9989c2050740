import helmet from '@fastify/helmet';
import fastify, { type FastifyInstance } from 'fastify';

/** Of the answer itself, not of helmet. */
const own = ['content-type', 'content-length', 'date', 'connection'];

/**
 * The headers of helmet on every answer. They are always the same, so it is asked for them once: for each request it would
 * make all of its middleware anew, which was more than verifying a token that is remembered.
 */
export async function secureAnswers(app: FastifyInstance): Promise<void> {
  const headers = await askHelmet();
  app.addHook('onRequest', (_request, reply, done) => {
    reply.headers(headers);
    done();
  });
}

async function askHelmet(): Promise<Record<string, string>> {
  const asked = fastify();
  await asked.register(helmet, { contentSecurityPolicy: { directives: { defaultSrc: ["'none'"] } } });
  asked.get('/', async () => '');
  const { headers } = await asked.inject('/');
  await asked.close();
  const kept = Object.entries(headers).filter(([name]) => !own.includes(name));
  return Object.fromEntries(kept.map(([name, value]) => [name, String(value)]));
}
