import type { Draft } from './draft.ts';
import { invalid } from './failure.ts';
import { cents, money } from './money.ts';
import type { Capture, Dispute, Refund, Thing } from './objects.ts';
import { shown } from './shown.ts';

const month = 31 * 86_400_000;

/** `GET /v1/notifications/webhooks-events`: newest first, a page at a time, each page linking to the next. */
export function webhookEvents(draft: Draft, query: URLSearchParams): object {
  const [since, until] = spanOf(query, 'start_time', 'end_time');
  const type = query.get('event_type');
  const all = draft
    .all('event')
    .filter((event) => isIn(event, since, until) && (type === null || event.event_type === type));
  const size = Number(query.get('page_size') ?? 10);
  const from = Number(query.get('next') ?? 0);
  const further = new URLSearchParams(query);
  further.set('next', String(from + size));
  const next = {
    rel: 'next',
    href: `${draft.url}/v1/notifications/webhooks-events?${further}`,
    method: 'GET',
  };
  return {
    events: all.slice(from, from + size).map((event) => shown(draft, event)),
    count: Math.min(size, Math.max(0, all.length - from)),
    links: from + size < all.length ? [next] : [],
  };
}

/** `GET /v1/reporting/transactions`: what moved money, oldest first, numbered pages. */
export function transactions(draft: Draft, query: URLSearchParams): object {
  if (!query.has('start_date') || !query.has('end_date'))
    throw invalid('MISSING_REQUIRED_PARAMETER', 'start_date');
  const [since, until] = spanOf(query, 'start_date', 'end_date');
  if (until - since > month) throw invalid('INVALID_DATE_RANGE', 'end_date');
  const moved = [...draft.all('capture'), ...draft.all('refund')]
    .filter((each) => isIn(each, since, until))
    .sort((one, other) => Date.parse(one.create_time) - Date.parse(other.create_time));
  const size = Number(query.get('page_size') ?? 100);
  const page = Number(query.get('page') ?? 1);
  return {
    transaction_details: moved.slice((page - 1) * size, page * size).map(transaction),
    page,
    total_items: moved.length,
    total_pages: Math.ceil(moved.length / size),
    links: [],
  };
}

/** `GET /v1/customer/disputes`, which says of none how it ended. */
export function disputes(draft: Draft, query: URLSearchParams): object {
  const of = query.get('disputed_transaction_id');
  const found: Dispute[] = draft.all('dispute').filter(({ capture_id }) => of === null || capture_id === of);
  return { items: found.map((dispute) => shown(draft, { ...dispute, outcome: null })), links: [] };
}

function transaction(of: Capture | Refund): object {
  const isRefund = of.object === 'refund';
  const { id: transaction_id, amount, custom_id, create_time } = of;
  const transaction_amount = isRefund ? money(amount.currency_code, -cents(amount)) : amount;
  return {
    transaction_info: {
      ...{ transaction_id, transaction_amount, transaction_initiation_date: create_time },
      transaction_event_code: isRefund ? 'T1107' : 'T0006',
      transaction_status: 'S',
      ...(custom_id !== null && { custom_field: custom_id }),
      ...(isRefund && { paypal_reference_id: of.capture_id, paypal_reference_id_type: 'TXN' }),
    },
  };
}

function spanOf(query: URLSearchParams, from: string, to: string): [since: number, until: number] {
  const [since, until] = [from, to].map((name) => query.get(name));
  return [since ? Date.parse(since) : 0, until ? Date.parse(until) : Number.POSITIVE_INFINITY];
}

function isIn({ create_time }: Thing, since: number, until: number): boolean {
  const at = Date.parse(create_time);
  return at >= since && at <= until;
}
