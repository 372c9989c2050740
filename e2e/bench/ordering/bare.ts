import fastify from 'fastify';

/** The ceiling of a menu read: a route of the framework that answers with so many bytes it has at hand. */
const documents = new Map<string, string>();

const app = fastify();
app.get('/health/ready', async () => ({ status: 'ready' }));
app.get<{ Params: { bytes: string } }>('/bare/:bytes', async ({ params: { bytes } }, reply) => {
  const document = documents.get(bytes) ?? JSON.stringify('x'.repeat(Number(bytes) - 2));
  documents.set(bytes, document);
  return reply.type('application/json').send(document);
});
await app.listen({ host: '127.0.0.1', port: Number(process.env.BARE_PORT) });
process.on('SIGTERM', () => process.exit(0));
