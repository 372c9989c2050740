import type { StoreDeps } from '@dabba/service-kit';
import { followNotice, type TaskHandler } from '@dabba/tasks';
import type { Parts } from '../parts.ts';
import { providerNamed } from '../payment/desk.ts';
import { parseTask } from '../payment/tasks.ts';
import { asLater } from './effect.ts';

/** Something about an intent changed: it is fetched as it is now, and what follows from that is written down (T2). */
export function followNoticeTask(
  _deps: StoreDeps,
  { desk, providers, secrets }: Parts,
): TaskHandler<Record<'provider' | 'intentId', string>> {
  return {
    name: 'follow-notice',
    parse: (payload) => parseTask(payload, 'provider', 'intentId'),
    async run({ provider: name, intentId }) {
      const provider = providerNamed(providers, name);
      try {
        await followNotice({
          fetch: () => provider.retrieve(intentId),
          async record(intent) {
            secrets.keep(intent.id, intent.clientSecret);
            await desk.record(intent, 'task:follow-notice');
          },
        });
      } catch (error) {
        throw asLater(error);
      }
    },
  };
}
