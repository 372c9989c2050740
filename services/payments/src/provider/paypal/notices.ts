import { type Static, Type } from 'typebox';
import { Value } from 'typebox/value';
import type { Notice } from '../port.ts';
import type { Call } from './call.ts';
import { followed } from './followed.ts';

const Ids = Type.Object({ order_id: Type.Optional(Type.String()), capture_id: Type.Optional(Type.String()) });
/** Whatever an event is about, as far as it says of which order that is. */
const Resource = Type.Object({
  id: Type.Optional(Type.String()),
  order_id: Type.Optional(Type.String()),
  supplementary_data: Type.Optional(Type.Object({ related_ids: Type.Optional(Ids) })),
  disputed_transactions: Type.Optional(
    Type.Array(Type.Object({ seller_transaction_id: Type.Optional(Type.String()) })),
  ),
  links: Type.Optional(Type.Array(Type.Object({ rel: Type.String(), href: Type.String() }))),
});
const Event = Type.Object({
  id: Type.String(),
  event_type: Type.String(),
  create_time: Type.String(),
  resource: Type.Unknown(),
});
const Page = Type.Object({
  events: Type.Optional(Type.Array(Event)),
  links: Type.Optional(Type.Array(Type.Object({ rel: Type.String(), href: Type.String() }))),
});

type OrderOf = (captureId: string) => Promise<string | undefined>;

/** @param given an event as PayPal tells of it @param orderOf asked where it names the capture alone */
export async function noticeFrom(given: unknown, orderOf: OrderOf): Promise<Notice> {
  const { id, event_type: type, create_time, resource } = Value.Parse(Event, given);
  const about = Object.hasOwn(followed, type) ? (followed[type] ?? null) : null;
  const intentId =
    about !== null && Value.Check(Resource, resource) ? await orderIn(type, resource, orderOf) : undefined;
  return { id, type, about, intentId, createdAt: Date.parse(create_time) };
}

/** Of events since then, oldest first. */
export async function noticesSince(call: Call, orderOf: OrderOf, since: number): Promise<Notice[]> {
  const about = new URLSearchParams({
    start_time: new Date(since).toISOString(),
    end_time: new Date().toISOString(),
    page_size: '300',
  });
  const found: Notice[] = [];
  let path: string | undefined = `/v1/notifications/webhooks-events?${about}`;
  while (path !== undefined) {
    const page: Static<typeof Page> = Value.Parse(Page, await call({ method: 'GET', path }));
    for (const event of page.events ?? [])
      if (Object.hasOwn(followed, event.event_type)) found.push(await noticeFrom(event, orderOf));
    const next = page.links?.find(({ rel }) => rel === 'next')?.href;
    path = next === undefined ? undefined : pathOf(next);
  }
  return found.sort((one, other) => one.createdAt - other.createdAt);
}

async function orderIn(
  type: string,
  resource: Static<typeof Resource>,
  orderOf: OrderOf,
): Promise<string | undefined> {
  if (type.startsWith('CHECKOUT.ORDER.')) return resource.id;
  const { order_id, capture_id } = resource.supplementary_data?.related_ids ?? {};
  const order = order_id ?? resource.order_id;
  if (order !== undefined) return order;
  // A refund links to its capture, a dispute names it.
  const up = resource.links?.find(({ rel, href }) => rel === 'up' && href.includes('/captures/'))?.href;
  const capture =
    capture_id ?? up?.split('/').at(-1) ?? resource.disputed_transactions?.[0]?.seller_transaction_id;
  return capture === undefined ? undefined : orderOf(capture);
}

/** A link is followed at the PayPal we speak to, wherever it leads. */
function pathOf(href: string): string {
  const { pathname, search } = new URL(href, 'https://api-m.paypal.com');
  return `${pathname}${search}`;
}
