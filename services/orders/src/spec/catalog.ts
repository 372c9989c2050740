import type { Topics } from '@dabba/testing/topics';

const option = (optionId: string) => ({ optionId, name: optionId, price: 0, available: true });
const always = [1, 2, 3, 4, 5, 6, 7].map((dayOfWeek) => ({
  dayOfWeek,
  opens: '00:00',
  closes: '00:00',
  campus: null,
}));

export const taco = {
  ...{ itemId: 'itm_taco001', vendorId: 'vnd_abc123', menuId: 'mnu_1', version: 1, name: 'Street Taco' },
  ...{ description: '', category: 'Tacos', price: 450, currency: 'USD', imageUrl: null, prepSeconds: 600 },
  ...{ station: 'grill', available: true, recipe: [], definedAt: 0 },
  modifiers: [
    {
      modifierId: 'protein',
      name: 'Protein',
      least: 1,
      most: 1,
      options: [option('carnitas'), option('pollo')],
    },
    { modifierId: 'salsa', name: 'Salsa', least: 0, most: 1, options: [option('verde')] },
    {
      modifierId: 'extras',
      name: 'Extras',
      least: 0,
      most: 4,
      options: [option('guacamole'), option('sour_cream')],
    },
  ],
};
const horchata = {
  ...{ ...taco, itemId: 'itm_drink001', name: 'Horchata', price: 300, prepSeconds: 30, station: 'bar' },
  modifiers: [],
};
/** Of which stock is kept. */
const burrito = {
  ...{ ...horchata, itemId: 'itm_burrito', name: 'Burrito', price: 900 },
  recipe: [{ stockItemId: 'stk_tortilla', quantity: 1 }],
};
const truck = {
  ...{ outletId: 'trk_xyz789', vendorId: 'vnd_abc123', kind: 'TRUCK' as const, name: 'Truck 1' },
  ...{ zone: 'America/Los_Angeles', campus: 'SF HQ', address: null, latitude: 37.7749, longitude: -122.4194 },
  ...{
    slotMinutes: 15,
    slotQuantity: 6,
    jurisdiction: 'us-ca-sf',
    licensePlate: null,
    vehicleType: null,
    definedAt: 0,
  },
};

/** S2-ORD-02's vendor, truck and items, and a store whose vendor accepts orders itself. */
export async function sayCatalog(topics: Topics): Promise<void> {
  const opens = async (outletId: string, vendorId: string) =>
    topics.say('OutletHoursSet', outletId, { outletId, vendorId, spans: always, exceptions: [], setAt: 0 });
  for (const [vendorId, name, autoAccept] of [
    ['vnd_abc123', 'Taco Loco Express', true],
    ['vnd_slow', 'Slow Food', false],
  ] as const) {
    await topics.say('VendorApplied', vendorId, {
      vendorId,
      metro: 'sfo',
      name,
      description: '',
      logoUrl: null,
      phone: null,
      appliedAt: 0,
    });
    await topics.say('VendorApproved', vendorId, { vendorId, approvedAt: 0 });
    await topics.say('VendorChanged', vendorId, {
      vendorId,
      name,
      description: '',
      logoUrl: null,
      phone: null,
      autoAccept,
      changedAt: 0,
    });
    const menuId = vendorId === 'vnd_slow' ? 'mnu_2' : 'mnu_1';
    await topics.say('MenuDefined', menuId, {
      menuId,
      vendorId,
      name: 'All',
      active: true,
      outletIds: [],
      definedAt: 0,
    });
  }
  await topics.say('TaxRateSet', 'tax:us-ca-sf', {
    jurisdiction: 'us-ca-sf',
    version: 1,
    ratePpm: 85_000,
    validFrom: 0,
    setAt: 0,
  });
  await topics.say('OutletDefined', truck.outletId, truck);
  await opens(truck.outletId, 'vnd_abc123');
  await topics.say('OutletDefined', 'sto_slow', {
    ...truck,
    outletId: 'sto_slow',
    vendorId: 'vnd_slow',
    kind: 'STORE',
  });
  await opens('sto_slow', 'vnd_slow');
  for (const item of [taco, horchata, burrito]) await topics.say('MenuItemDefined', item.itemId, item);
  const soup = { ...horchata, itemId: 'itm_soup', vendorId: 'vnd_slow', menuId: 'mnu_2', name: 'Soup' };
  await topics.say('MenuItemDefined', soup.itemId, soup);
}
