import { presentData } from '@dabba/contracts';
import type { EventStore } from '@dabba/event-store';

/** A stream's events as clients read them, oldest first; customers only where `maySee` allows it. */
export async function presentHistory(
  store: EventStore,
  stream: string,
  maySee: (customerId: string) => boolean,
) {
  const events = await store.history(stream);
  return events.map((event) => ({
    version: event.meta.version,
    type: event.type,
    time: new Date(event.meta.time).toISOString(),
    actor: event.meta.actor ?? null,
    data: visible(presentData(event), maySee),
  }));
}

function visible(data: Record<string, unknown>, maySee: (customerId: string) => boolean) {
  const customer = data.customer_id;
  return typeof customer === 'string' && !maySee(customer) ? { ...data, customer_id: null } : data;
}
