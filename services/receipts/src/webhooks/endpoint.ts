import type { Event } from '@dabba/contracts';
import {
  type CommandContext,
  Conflict,
  type EventStore,
  type StreamRef,
  type StreamType,
  transaction,
} from '@dabba/event-store';
import type { Pool, PoolClient } from 'pg';

export type WebhookEvent = Event<'ReceiptWebhookSet' | 'ReceiptWebhookDisabled' | 'ReceiptWebhookRemoved'>;

/** Whether anything is sent there; what is sent where, and signed by what, is the table's to know. */
export type Webhook = 'NONE' | 'ENABLED' | 'DISABLED';

export const webhookStream: StreamType<Webhook, WebhookEvent> = {
  name: 'receipt-webhook',
  revision: 1,
  initial: () => 'NONE',
  evolve(_webhook, { type }) {
    switch (type) {
      case 'ReceiptWebhookSet':
        return 'ENABLED';
      case 'ReceiptWebhookDisabled':
        return 'DISABLED';
      case 'ReceiptWebhookRemoved':
        return 'NONE';
      default:
        return type satisfies never;
    }
  },
};

export interface WebhookId {
  client: string;
  name: string;
}

export function webhookRef({ client, name }: WebhookId, metro: string): StreamRef<Webhook, WebhookEvent> {
  return { type: webhookStream, id: `webhook:${client}:${name}`, metro };
}

export interface WebhookDeps {
  pool: Pool;
  store: Pick<EventStore, 'unit'>;
}

/**
 * Rows and events of one endpoint, in one transaction; a lost race begins anew.
 * @param work writes rows and says which events they are
 */
export async function changeWebhook<R>(
  { pool, store }: WebhookDeps,
  ref: StreamRef<Webhook, WebhookEvent>,
  context: CommandContext,
  work: (client: PoolClient) => Promise<{ result: R; events: readonly WebhookEvent[] }>,
): Promise<R> {
  for (;;) {
    try {
      return await store.unit([ref], context, (unit) =>
        transaction(pool, async (client) => {
          const { result, events } = await work(client);
          unit.append(ref, events);
          await unit.commitTo(client);
          return result;
        }),
      );
    } catch (error) {
      if (!(error instanceof Conflict)) throw error;
    }
  }
}
