import { type App, makePublic } from '@dabba/service-kit';
import swaggerUi from '@fastify/swagger-ui';
import type { Document } from './merge.ts';

// The page brings its own scripts and styles; everything else stays forbidden.
const contentSecurityPolicy =
  "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; object-src 'none'; base-uri 'self'; frame-ancestors 'none'";

/** S1-SET-07: the page at /swagger, the document at /swagger/json and /swagger/yaml. */
export async function swaggerRoutes(app: App, document: () => Promise<Document>): Promise<void> {
  await app.register(async (scope) => {
    makePublic(scope);
    let latest: Document = {};
    await scope.register(swaggerUi, {
      routePrefix: '/swagger',
      staticCSP: contentSecurityPolicy,
      uiConfig: { persistAuthorization: true, tryItOutEnabled: true },
      transformSpecificationClone: false,
      transformSpecification: () => latest,
      uiHooks: {
        onRequest: (_request, _reply, next) => {
          document().then((fetched) => {
            latest = fetched;
            next();
          }, next);
        },
      },
    });
  });
}
