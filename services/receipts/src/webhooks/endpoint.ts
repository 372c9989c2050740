import type { Event } from '@dabba/contracts';
import type { StreamRef, StreamType } from '@dabba/event-store';

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
