export const minute = 60_000;
export const inMinutes = (minutes: number) => new Date(Date.now() + minutes * minute).toISOString();
/** S2-ORD-01. */
export const sample = (change: object = {}) => ({
  vendor_id: 'vnd_abc123',
  truck_id: 'trk_xyz789',
  items: [
    {
      ...{ menu_item_id: 'itm_taco001', quantity: 2 },
      customizations: { protein: 'carnitas', salsa: 'verde', extras: ['guacamole', 'sour_cream'] },
    },
    { menu_item_id: 'itm_drink001', quantity: 1, customizations: {} },
  ],
  ...{
    pickup_time: inMinutes(15),
    tip_percentage: 20,
    use_meal_subsidy: true,
    payment_method_id: 'pm_stripe123',
  },
  ...change,
});
export const drink = (change: object = {}) => ({
  ...{ truck_id: 'trk_xyz789', items: [{ menu_item_id: 'itm_drink001', quantity: 1 }] },
  ...change,
});
