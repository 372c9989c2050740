import type { Item, Offer } from './offer.ts';

/** S2-ORD-04: ordered Monday 12:15 in San Francisco. */
export const now = Date.parse('2026-11-23T20:15:00Z');
export const minute = 60_000;

const option = (optionId: string, price = 0) => ({ optionId, name: optionId, price, available: true });

export const taco: Item = {
  ...{ itemId: 'itm_taco001', vendorId: 'vnd_abc123', version: 3, name: 'Street Taco', price: 450 },
  ...{ currency: 'USD', prepSeconds: 600, station: 'grill', available: true },
  modifiers: [
    {
      modifierId: 'protein',
      name: 'Protein',
      least: 1,
      most: 1,
      options: [option('carnitas'), option('pollo')],
    },
    { modifierId: 'salsa', name: 'Salsa', least: 0, most: 1, options: [option('verde'), option('roja')] },
    {
      ...{ modifierId: 'extras', name: 'Extras', least: 0, most: 3 },
      options: [option('guacamole'), option('sour_cream'), option('double_meat', 125)],
    },
  ],
  recipe: [{ stockItemId: 'stk_tortilla', quantity: 2 }],
};
const horchata: Item = {
  ...{ itemId: 'itm_drink001', vendorId: 'vnd_abc123', version: 1, name: 'Horchata', price: 300 },
  ...{ currency: 'USD', prepSeconds: 30, station: 'bar', available: true, modifiers: [], recipe: [] },
};

const week = [1, 2, 3, 4, 5].map((dayOfWeek) => ({
  dayOfWeek,
  opens: '10:00',
  closes: '15:00',
  campus: null,
}));

export function offer(change: Partial<Offer> = {}): Offer {
  return {
    vendor: { vendorId: 'vnd_abc123', name: 'Taco Loco Express', approved: true, autoAccept: true },
    outlet: {
      ...{ outletId: 'trk_xyz789', vendorId: 'vnd_abc123', metro: 'sfo', kind: 'TRUCK', name: 'Truck 1' },
      ...{ zone: 'America/Los_Angeles', campus: 'SF HQ', latitude: 37.7749, longitude: -122.4194 },
      ...{
        slotMinutes: 15,
        slotQuantity: 10,
        hours: { spans: week, exceptions: [] },
        delivery: [],
        closed: null,
      },
    },
    items: new Map([taco, horchata].map((item) => [item.itemId, item])),
    tax: { jurisdiction: 'us-ca-sf', ratePpm: 85_000 },
    busyUntil: null,
    ...change,
  };
}
