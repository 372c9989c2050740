import { type App, Problem, type StoreDeps } from '@dabba/service-kit';
import { Type } from 'typebox';
import type { Parts } from '../parts.ts';
import { BadSignature, ProviderAway } from '../provider/port.ts';
import { takeNotices } from './inbox.ts';

/**
 * `POST /webhooks/stripe` (S2-PAY-02), `/webhooks/paypal`, one for each provider. The signature is checked on the raw bytes before a word
 * is read; 2xx once the event is kept. What it says is not used: the object is fetched.
 */
export async function webhookRoutes(app: App, { pool }: StoreDeps, { providers }: Parts): Promise<void> {
  await app.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', { parseAs: 'buffer' }, async (_request: unknown, body: unknown) => body);
    for (const provider of providers)
      scope.post(
        `/webhooks/${provider.name}`,
        {
          config: { public: true },
          schema: {
            tags: ['webhooks'],
            summary: `What ${provider.name} tells of, signed by it`,
            response: { 200: Type.Object({ received: Type.Boolean() }) },
          },
        },
        async ({ body, headers }) => {
          try {
            const raw = Buffer.isBuffer(body) ? body : Buffer.alloc(0);
            const notice = await provider.readNotice(raw, headers);
            await takeNotices(pool, provider.name, [notice], 'webhook');
          } catch (error) {
            if (error instanceof BadSignature)
              throw new Problem({ status: 400, code: 'bad-signature', detail: error.message });
            // It comes again: what is not kept is not taken.
            if (error instanceof ProviderAway)
              throw new Problem({ status: 503, code: 'provider-away', detail: error.message });
            throw error;
          }
          return { received: true };
        },
      );
  });
}
