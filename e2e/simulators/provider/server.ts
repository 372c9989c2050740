import fastify, { type FastifyInstance } from 'fastify';
import { ownDoors, type Played } from '../serving.ts';

interface Simulated extends Played {
  /** For tests: what waits for its end has one. */
  end(id: string, well: boolean): void;
}

/** What serves a simulated provider: forms come as they are; `POST /_end/:id?well=false`, and what every simulator has beside. */
export function providerApp({ end, ...played }: Simulated): FastifyInstance {
  const app = fastify({ forceCloseConnections: true, bodyLimit: 1024 * 1024 });
  app.addContentTypeParser(
    'application/x-www-form-urlencoded',
    { parseAs: 'string' },
    async (_: unknown, body: unknown) => body,
  );
  ownDoors(app, played);
  app.post<{ Params: { id: string }; Querystring: { well?: string } }>('/_end/:id', async (request) => {
    end(request.params.id, request.query.well !== 'false');
    return {};
  });
  return app;
}
