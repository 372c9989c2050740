import { request } from 'undici';
import { type Route, type Upstream, upstreamUrl } from '../routing/routes.ts';
import { type Document, mergeDocuments } from './merge.ts';

const freshFor = 10_000;
const patience = 2_000;

/**
 * The merged document, fetched from the services and kept for ten seconds. A service that is away is represented by
 * what it said last, or left out if it never said anything.
 */
export function mergedDocument(routes: readonly Route[], env: NodeJS.ProcessEnv, now: () => number) {
  const services = [...new Set(routes.map((route) => route.upstream))];
  const known = new Map<Upstream, Document>();
  let asked = Number.NEGATIVE_INFINITY;
  let asking: Promise<unknown> | undefined;

  return async (): Promise<Document> => {
    if (now() - asked >= freshFor) {
      asking ??= Promise.all(services.map(refresh)).finally(() => {
        asking = undefined;
      });
      await asking;
      asked = now();
    }
    const documents = services.flatMap((service) => {
      const document = known.get(service);
      return document ? [{ service, document }] : [];
    });
    return mergeDocuments(documents, routes);
  };

  async function refresh(service: Upstream): Promise<void> {
    const document = await fetchDocument(`${upstreamUrl(service, env)}/openapi.json`).catch(() => undefined);
    if (document) known.set(service, document);
  }
}

async function fetchDocument(url: string): Promise<Document | undefined> {
  const { statusCode, body } = await request(url, { headersTimeout: patience, bodyTimeout: patience });
  const document = await body.json();
  return statusCode === 200 && isDocument(document) ? document : undefined;
}

function isDocument(value: unknown): value is Document {
  return typeof value === 'object' && value !== null && 'paths' in value;
}
