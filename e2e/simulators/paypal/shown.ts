import type { Draft } from './draft.ts';
import type { Capture, Dispute, Order, PaymentToken, Refund, SetupToken, Thing } from './objects.ts';

/** As a caller may see it, in PayPal's shapes. */
export function shown(draft: Draft, thing: Thing): object {
  switch (thing.object) {
    case 'order':
      return shownOrder(draft, thing);
    case 'authorization': {
      const { object: _, order_id, wallet: _wallet, ...rest } = thing;
      return { ...rest, ...related({ order_id }), links: [] };
    }
    case 'capture': {
      const { object: _, order_id, authorization_id, wallet: _wallet, ...rest } = thing;
      return { ...rest, ...related({ order_id, authorization_id }), links: [] };
    }
    case 'refund':
      return shownRefund(draft, thing);
    case 'dispute':
      return shownDispute(draft, thing);
    case 'setup_token':
    case 'payment_token':
      return shownToken(thing);
    case 'event': {
      const { object: _, ...rest } = thing;
      return { ...rest, event_version: '1.0', resource_version: '2.0', links: [] };
    }
    case 'webhook': {
      const { id, url, event_types } = thing;
      return { id, url, event_types: event_types.map((name) => ({ name })), links: [] };
    }
    default:
      return thing satisfies never;
  }
}

/** @param ids those that are null are left out */
function related(ids: Record<string, string | null>) {
  const related_ids = Object.fromEntries(Object.entries(ids).filter(([, id]) => id !== null));
  return { supplementary_data: { related_ids } };
}

function shownOrder(draft: Draft, order: Order): object {
  const { id, intent, status, reference_id, custom_id, invoice_id, amount, create_time } = order;
  const mine = <T extends Thing & { order_id: string }>(all: readonly T[]) =>
    all.filter(({ order_id }) => order_id === id).reverse();
  const authorizations = mine(draft.all('authorization'));
  const captures = mine(draft.all('capture'));
  const refunds = mine(draft.all('refund'));
  const paid = authorizations.length + captures.length > 0;
  const payments = {
    ...(authorizations.length > 0 && { authorizations: authorizations.map((each) => shown(draft, each)) }),
    ...(captures.length > 0 && { captures: captures.map((each) => shown(draft, each)) }),
    ...(refunds.length > 0 && { refunds: refunds.map((each) => shown(draft, each)) }),
  };
  return {
    ...{ id, intent, status, create_time },
    purchase_units: [
      {
        ...{ reference_id, amount },
        ...(custom_id !== null && { custom_id }),
        ...(invoice_id !== null && { invoice_id }),
        ...(paid && { payments }),
      },
    ],
    links: [{ rel: 'approve', href: `${draft.url}/checkoutnow?token=${id}`, method: 'GET' }],
  };
}

/** PayPal's refunds say by a link alone of which capture they are. */
function shownRefund({ url }: Draft, { object: _, order_id: _order, capture_id, ...rest }: Refund): object {
  const up = { rel: 'up', href: `${url}/v2/payments/captures/${capture_id}`, method: 'GET' };
  return { ...rest, links: [up] };
}

function shownDispute(draft: Draft, dispute: Dispute): object {
  const { id: dispute_id, create_time, capture_id, reason, status, amount, outcome, respond_by } = dispute;
  const capture: Capture | undefined = draft.find('capture', capture_id);
  return {
    ...{ dispute_id, create_time, reason, status, dispute_amount: amount },
    dispute_state: status === 'RESOLVED' ? 'RESOLVED' : 'REQUIRED_ACTION',
    disputed_transactions: [{ seller_transaction_id: capture_id, custom: capture?.custom_id ?? undefined }],
    seller_response_due_date: respond_by,
    ...(outcome !== null && { dispute_outcome: { outcome_code: outcome } }),
    links: [],
  };
}

function shownToken({ id, object, customer }: SetupToken | PaymentToken): object {
  return {
    id,
    customer: { id: customer },
    ...(object === 'setup_token' && { status: 'APPROVED' }),
    payment_source: { paypal: {} },
    links: [],
  };
}
