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
): TaskHandler<Record<'provider' | 'intentId' | 'about', string>> {
  return {
    name: 'follow-notice',
    // What was asked for before there was a word for it is of the whole.
    parse: (payload) => parseTask({ about: 'whole', ...Object(payload) }, 'provider', 'intentId', 'about'),
    async run({ provider: name, intentId, about }) {
      const provider = providerNamed(providers, name);
      try {
        await followNotice({
          fetch: () => provider.retrieve(intentId, about !== 'whole'),
          async record(intent) {
            secrets.keep(intent.id, intent.clientSecret);
            const isNew = about === 'approval' && intent.approved !== null;
            await desk.record(isNew ? { ...intent, approved: 'NEW' } : intent, 'task:follow-notice');
          },
        });
      } catch (error) {
        throw asLater(error);
      }
    },
  };
}
