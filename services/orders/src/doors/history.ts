import { presentData } from '@dabba/contracts';
import type { EventStore } from '@dabba/event-store';
import { Type } from 'typebox';
import { Time } from '../view/schemas.ts';

const Entry = Type.Object({
  version: Type.Integer(),
  type: Type.String(),
  time: Time,
  actor: Type.Union([Type.String(), Type.Null()]),
  data: Type.Record(Type.String(), Type.Unknown()),
});
export const HistoryView = Type.Object({ items: Type.Array(Entry) });

/** Oldest first; amounts in minor units, as they were written. What a payment is made with is nobody's business. */
export async function historyOf(store: EventStore, orderId: string) {
  const events = await store.history(orderId);
  return events.map((event) => {
    const { payment_method: _, ...data } = presentData(event);
    const { version, time, actor } = event.meta;
    return { version, type: event.type, time: new Date(time).toISOString(), actor: actor ?? null, data };
  });
}
