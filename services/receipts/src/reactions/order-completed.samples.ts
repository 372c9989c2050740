import type { Events } from '@dabba/contracts';

export const line = { stock: [], station: 'grill', prepSeconds: 60, choices: [] };
/** S2-ORD-02, figure by figure. */
export const sample: Events['OrderCompleted'] = {
  ...{ orderId: 'ord_def456', customerId: 'cus_secret', vendorId: 'vnd_abc123', outletId: 'trk_xyz789' },
  ...{ vendorName: 'Taco Loco Express', source: 'MOBILE_WEB', fulfilment: 'PICKUP', currency: 'USD' },
  lines: [
    {
      ...{ ...line, lineId: 'oli_001', itemId: 'itm_taco001', itemVersion: 1, name: 'Street Taco' },
      ...{ quantity: 2, unitPrice: 450, total: 900 },
    },
    {
      ...{ ...line, lineId: 'oli_002', itemId: 'itm_drink001', itemVersion: 1, name: 'Horchata' },
      ...{ quantity: 1, unitPrice: 300, total: 300 },
    },
  ],
  ...{
    subtotal: 1200,
    taxRatePpm: 85_000,
    taxJurisdiction: 'San Francisco',
    taxable: 1200,
    tax: 102,
    tip: 240,
  },
  ...{
    deliveryFee: 0,
    discount: 0,
    total: 1542,
    subsidy: 500,
    captured: 1042,
    paymentId: 'pay_1',
    refunds: [],
  },
  ...{ placedAt: Date.UTC(2026, 10, 20, 12, 15), completedAt: Date.UTC(2026, 10, 20, 12, 34) },
};
