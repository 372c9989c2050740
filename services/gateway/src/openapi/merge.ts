import type { Route, Upstream } from '../routing/routes.ts';
import { leadsTo } from '../routing/routes.ts';

type Json = { [key: string]: unknown };

export interface Document extends Json {
  paths?: Record<string, unknown>;
  components?: Record<string, unknown>;
  tags?: unknown;
}

/** One OpenAPI document of what the route table lets through; a service's internal routes are not in it. */
export function mergeDocuments(
  documents: readonly { service: Upstream; document: Document }[],
  routes: readonly Route[],
): Document {
  const merged = documents.map(({ service, document }) => publicPart(service, document, routes));
  return {
    openapi: '3.1.0',
    info: {
      title: 'Dabba',
      version: 'v1',
      description:
        'Prepared food in a city: kitchens, fridges, customers. Every path through the one public door.',
    },
    servers: [{ url: '/' }],
    tags: documents.map(({ service }) => ({ name: service })),
    paths: Object.assign({}, ...merged.map((part) => part.paths)),
    components: {
      schemas: Object.assign({}, ...merged.map((part) => part.schemas)),
      securitySchemes: {
        bearer: {
          type: 'http',
          scheme: 'bearer',
          bearerFormat: 'JWT',
          description: 'From POST /api/v1/auth/token',
        },
      },
    },
  };
}

function publicPart(service: Upstream, document: Document, routes: readonly Route[]) {
  const mine = routes.filter((route) => route.upstream === service);
  const paths: Json = {};
  for (const [path, item] of Object.entries(document.paths ?? {})) {
    const route = mine.find((candidate) => leadsTo(candidate, path));
    if (route && isObject(item)) paths[path] = operations(service, route, item);
  }
  const { schemas } = document.components ?? {};
  const named = Object.entries(isObject(schemas) ? schemas : {}).map(([name, schema]) => [
    `${service}.${name}`,
    schema,
  ]);
  return {
    paths: renamed(paths, service),
    schemas: renamed(Object.fromEntries(named), service),
  };
}

function operations(service: Upstream, route: Route, item: Json): Json {
  return Object.fromEntries(
    Object.entries(item).map(([method, operation]) => [
      method,
      isObject(operation)
        ? { ...operation, tags: [service], security: route.access === 'token' ? [{ bearer: [] }] : [] }
        : operation,
    ]),
  );
}

/** Two services may name their schemas alike: each name gets its service's in front. */
function renamed(value: unknown, service: Upstream): unknown {
  if (Array.isArray(value)) return value.map((one) => renamed(one, service));
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      key,
      key === '$ref' && typeof inner === 'string'
        ? inner.replace('#/components/schemas/', `#/components/schemas/${service}.`)
        : renamed(inner, service),
    ]),
  );
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
