import type { Instant } from '@dabba/contracts';
import type { Loaded } from '@dabba/event-store';
import type { ClientBase, Pool } from 'pg';
import type { Receipt, ReceiptEvent } from '../receipt/receipt.ts';

/** What a client can hear of. */
export const ends = ['accepted', 'rejected', 'failed', 'reopened'] as const;
export type End = (typeof ends)[number];

/** An end of a receipt as its client hears of it: the same bytes at every attempt. */
export interface Told {
  client: string;
  receiptId: string;
  end: End;
  /** Receipt and its version: the same end has it whoever tells of it, how ever often. */
  eventId: string;
  body: string;
}

const endBy: Partial<Record<ReceiptEvent['type'], End>> = {
  ReceiptAccepted: 'accepted',
  ReceiptRejected: 'rejected',
  ReceiptFailed: 'failed',
  ReceiptReopened: 'reopened',
};

/** The end that these events bring about, to be told with the state after them; none where they bring none. */
export function toldBy(
  receiptId: string,
  after: Loaded<Receipt>,
  events: readonly ReceiptEvent[],
  at: Instant,
): Told[] {
  const last = events.at(-1);
  const end = last && endBy[last.type];
  return end === undefined ? [] : toldAs(receiptId, after, end, at);
}

/** What a receipt's state, `version` events old, says to its client at the end it came to. */
export function toldAs(
  receiptId: string,
  { state, version }: Loaded<Receipt>,
  end: End,
  at: Instant,
): Told[] {
  if (state === null) return [];
  const { clientId: client, status, type, hash } = state;
  const eventId = `evt_${receiptId}_${version}`;
  const data = { id: receiptId, status, version, type, hash, reasons: reasonsOf(state) };
  const body = JSON.stringify({
    id: eventId,
    type: `receipt.${end}`,
    timestamp: new Date(at).toISOString(),
    data,
  });
  return [{ client, receiptId, end, eventId, body }];
}

function reasonsOf({ failures, registrations }: NonNullable<Receipt>) {
  return [
    ...failures.map(({ rule, pointer, detail }) => ({ rule, pointer, detail })),
    ...Object.entries(registrations).flatMap(([service, registration]) =>
      registration.status === 'REFUSED' ? [{ service, detail: registration.reason }] : [],
    ),
  ];
}

/** One delivery for each endpoint that wants to hear of it, within the transaction that brought the end about. */
export async function tellOf(client: Pick<ClientBase | Pool, 'query'>, told: readonly Told[]): Promise<void> {
  if (told.length === 0) return;
  await client.query({
    name: 'tell-webhooks',
    // The lock: an endpoint that is being removed must not take the whole transaction with it.
    text: `insert into webhook_deliveries (endpoint, event_id, receipt, body)
           select w.id, e.event_id, e.receipt, e.body
             from unnest($1::text[], $2::uuid[], $3::text[], $4::text[], $5::text[])
                    e(client, receipt, kind, event_id, body)
             join webhook_endpoints w on w.client = e.client and w.status = 'ENABLED' and e.kind = any(w.ends)
              for key share of w
           on conflict do nothing`,
    values: [
      told.map((one) => one.client),
      told.map(({ receiptId }) => receiptId),
      told.map(({ end }) => end),
      told.map(({ eventId }) => eventId),
      told.map(({ body }) => body),
    ],
  });
}
