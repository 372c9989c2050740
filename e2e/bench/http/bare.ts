import fastify from 'fastify';

/** The ceiling for anything over HTTP: a route of the framework alone that reads JSON and answers with some. */
const app = fastify();
app.get('/health/ready', async () => ({ status: 'ready' }));
app.post('/api/v1/lots', async (_request, reply) => reply.code(201).send({ id: 'lot', meals: ['meal'] }));
app.post('/api/v1/fridges/:id/commands', async (_request, reply) =>
  reply.code(201).send({ command_id: 'c' }),
);
await app.listen({ host: '127.0.0.1', port: Number(process.env.BARE_PORT) });
process.on('SIGTERM', () => process.exit(0));
