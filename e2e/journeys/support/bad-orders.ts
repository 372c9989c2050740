import { newId } from '@dabba/contracts';
import type { BadRequest } from './ask.ts';
import { sampleOrder } from './orders.ts';

const key = () => ({ 'idempotency-key': newId() });
const taco = { menu_item_id: 'itm_taco001', quantity: 1, customizations: { protein: 'pollo' } };
const order = (name: string, status: number, code: string, change: object, pointer?: string): BadRequest => ({
  ...{ name, status, code, path: '/api/v1/orders', as: 'cus_sfo_002' },
  ...(pointer !== undefined && { pointer }),
  body: { ...sampleOrder(), ...change },
  headers: key(),
});
const items = (...given: object[]) => ({ items: given.map((each) => ({ ...taco, ...each })) });
const refund = '/api/v1/payments/pay_none/refunds';
const words = JSON.stringify({ id: '1', order_id: 'ord_none', status: 'READY' });

/** Orders, money and kitchens asked for what makes no sense, by those who may ask and by those who may not. */
export const badOrders: readonly BadRequest[] = [
  { ...order('an order without a key', 400, 'idempotency-key-missing', {}), headers: {} },
  order('an order of nothing', 400, 'invalid-request', { items: [] }, '#/items'),
  order('minus one taco', 400, 'invalid-request', items({ quantity: -1 }), '#/items/0/quantity'),
  order('half a taco', 400, 'invalid-request', items({ quantity: 0.5 }), '#/items/0/quantity'),
  order('a billion tacos', 400, 'invalid-request', items({ quantity: 1e9 }), '#/items/0/quantity'),
  order('a price of its own', 400, 'invalid-request', items({ unit_price: 0.01 })),
  order('a total of its own', 400, 'invalid-request', { total: 0.01 }),
  order('a tip that takes', 400, 'invalid-request', { tip_percentage: -50 }, '#/tip_percentage'),
  order('__proto__ in the choices', 400, 'unacceptable-json', {}),
  order('a truck and a store', 422, 'body-form', { store_id: 'sto_sfo_dosa' }, '#'),
  order('a truck nobody has', 422, 'outlet-unknown', { truck_id: 'trk_none' }, '#/truck_id'),
  order("another vendor's truck", 422, 'outlet-unknown', { vendor_id: 'vnd_sfo_dosa' }, '#/vendor_id'),
  order('what is not on the menu', 422, 'item-unknown', items({ menu_item_id: 'itm_none' })),
  order('a salsa there is not', 422, 'choice-unknown', items({ customizations: { protein: 'tofu' } })),
  order('a taco without its protein', 422, 'choice-count', items({ customizations: {} })),
  order('yesterday', 422, 'pickup-time', { pickup_time: '2020-01-01T00:00:00Z' }, '#/pickup_time'),
  order('the number of a card', 400, 'invalid-request', { payment_method_id: '4242424242424242' }),
  order('at the till, by a customer', 422, 'source-not-yours', { order_source: 'POS' }, '#/order_source'),
  { ...order('a courier who dines', 403, 'forbidden', {}), as: 'cou_sfo_1' },
  { ...order('a customer of another metro', 403, 'other-metro', {}), as: 'cus_nyc_001' },
  { ...order('nobody at all', 401, 'unauthenticated', {}), as: null },
  {
    ...{ name: 'an order nobody placed', status: 404, code: 'order-unknown', method: 'GET' },
    ...{ path: '/api/v1/orders/ord_none', as: 'cus_sfo_002' },
  },
  {
    ...{ name: 'a cart that is not theirs', status: 404, code: 'cart-unknown', as: 'cus_sfo_002' },
    ...{ path: '/api/v1/orders', body: { cart_id: 'crt_none' }, headers: key() },
  },
  {
    ...{ name: 'a customer who pays back', status: 403, code: 'forbidden', as: 'cus_sfo_002' },
    ...{ path: refund, body: { reason: 'COLD_FOOD' }, headers: key() },
  },
  {
    ...{ name: 'a refund of what was never paid', status: 404, code: 'payment-unknown', as: 'ops_sfo' },
    ...{ path: refund, body: { reason: 'COLD_FOOD' }, headers: key() },
  },
  {
    ...{ name: 'a refund that takes', status: 400, code: 'invalid-request', as: 'ops_sfo' },
    ...{ path: refund, body: { amount: -1, reason: 'COLD_FOOD' }, headers: key() },
  },
  {
    ...{ name: "another vendor's shelf", status: 403, code: 'other-vendor', as: 'mer_sfo_1' },
    path: '/api/v1/inventory/sto_sfo_dosa/items/lassi/count',
    body: { counted: 0, reason: 'MISCHIEF' },
  },
  {
    ...{ name: 'fewer than none on the shelf', status: 400, code: 'invalid-request', as: 'mer_sfo_2' },
    path: '/api/v1/inventory/sto_sfo_dosa/items/lassi/count',
    body: { counted: -1, reason: 'MISCHIEF' },
    pointer: '#/counted',
  },
  {
    ...{ name: 'a price with three decimals', status: 422, code: 'amount-too-fine', method: 'PATCH' },
    ...{ path: '/api/v1/menu/items/itm_drink001', body: { price: 2.999 }, as: 'mer_sfo_1' },
  },
  {
    ...{ name: "another kitchen's feed", status: 403, code: 'other-vendor', as: 'mer_sfo_2' },
    ...{ path: '/api/v1/kitchen/outlets/trk_xyz789/feed-tickets', body: {} },
  },
  {
    ...{ name: 'a vendor nobody signed for', status: 401, code: 'signature-invalid', as: null },
    ...{ path: '/webhooks/vendors/vnd_abc123', raw: words, headers: { 'dabba-signature': 't=1,v1=00' } },
  },
  {
    ...{ name: 'a Stripe that is not', status: 400, code: 'bad-signature', as: null },
    ...{ path: '/webhooks/stripe', raw: '{"id":"evt_1"}', headers: { 'stripe-signature': 't=1,v1=00' } },
  },
].map((each) =>
  each.name === '__proto__ in the choices'
    ? { ...each, raw: JSON.stringify(each.body).replace('{"protein"', '{"__proto__":{"x":"y"},"protein"') }
    : each,
);
