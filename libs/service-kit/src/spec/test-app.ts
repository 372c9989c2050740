import { Type } from 'typebox';
import { tokenVerifier } from '../auth/verifier.ts';
import { type AppSettings, buildApp } from '../http/app.ts';
import { createLog } from '../telemetry/log.ts';
import { startTracing } from '../telemetry/tracing.ts';
import type { App } from '../types.ts';
import { audience, type Issuer, issuer } from './tokens.ts';

const lotBody = Type.Object(
  {
    sku: Type.String({ minLength: 1, maxLength: 40 }),
    quantity: Type.Integer({ minimum: 1, maximum: 100 }),
    kind: Type.Optional(Type.Union([Type.Literal('hot'), Type.Literal('cold')])),
    tags: Type.Optional(Type.Array(Type.String(), { maxItems: 3 })),
  },
  { additionalProperties: false },
);

/** An app with an echo behind a permission, and its log in lines. */
export async function testApp(
  { keys }: Pick<Issuer, 'keys'>,
  more: Partial<AppSettings> = {},
): Promise<{ app: App; lines: string[] }> {
  startTracing({ service: 'test', otlpEndpoint: undefined });
  const lines: string[] = [];
  const destination = { write: (line: string) => void lines.push(line) };
  const app = await buildApp({
    service: 'test',
    log: createLog({ service: 'test', level: 'debug', metros: ['sfo'], destination }),
    now: () => 1_760_000_000_000,
    verify: tokenVerifier({ issuer, audience, keys }),
    routes: echoRoutes,
    ...more,
  });
  return { app, lines };
}

export function echoRoutes(app: App): void {
  const config = { permission: 'lots:create' } as const;
  app.post('/api/v1/lots', { config, schema: { body: lotBody } }, async ({ body }) => body);
  app.get(
    '/api/v1/lots/:id',
    {
      config: { public: true },
      schema: {
        params: Type.Object({ id: Type.String({ pattern: '^[a-z0-9-]+$' }) }),
        querystring: Type.Object({ limit: Type.Optional(Type.Integer()) }, { additionalProperties: false }),
      },
    },
    async ({ params, query }) => ({ ...params, ...query }),
  );
}
