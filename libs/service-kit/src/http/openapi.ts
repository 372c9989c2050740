import swagger from '@fastify/swagger';
import type { FastifySchema } from 'fastify';
import { Type } from 'typebox';
import type { App } from '../types.ts';

const ProblemDocument = Type.Object(
  {
    type: Type.String(),
    title: Type.String(),
    status: Type.Integer(),
    detail: Type.String(),
    instance: Type.String(),
    code: Type.String(),
    traceid: Type.Optional(Type.String()),
    errors: Type.Optional(
      Type.Array(Type.Object({ in: Type.String(), pointer: Type.String(), detail: Type.String() })),
    ),
  },
  { description: 'RFC 9457' },
);

const problems = {
  description: 'A problem',
  content: { 'application/problem+json': { schema: ProblemDocument } },
};

/** `/openapi.json`, made from the schemas the routes are validated with, plus what is the same for all of them. */
export async function describeApi(app: App, service: string): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title: `Dabba ${service}`, version: '1.0.0' },
      components: { securitySchemes: { token: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } } },
    },
    transform: ({ schema, url, route }) => {
      const open = route.config?.public === true;
      const described: FastifySchema & Record<string, unknown> = { ...schema };
      described.response = { ...responsesOf(schema), '4xx': problems, '5xx': problems };
      described.security = open ? [] : [{ token: [] }];
      if (route.config?.permission !== undefined) described['x-permission'] = route.config.permission;
      return { schema: described, url };
    },
  });
  app.get('/openapi.json', { config: { public: true }, schema: { hide: true } }, () => app.swagger());
}

function responsesOf(schema: FastifySchema | undefined): Record<string, unknown> {
  const responses = schema?.response;
  return typeof responses === 'object' && responses !== null ? { ...responses } : {};
}
