import type { Metro } from '@dabba/contracts';
import type { ItemDefinition, Modifier } from '../item/item.ts';
import type { DeliveryZone, OpenSpan, OutletDefinition, OutletKind } from '../outlet/outlet.ts';

export interface PlannedOutlet {
  id: string;
  kind: OutletKind;
  as: OutletDefinition;
  delivery: readonly DeliveryZone[];
}

export interface PlannedVendor {
  id: string;
  name: string;
  description: string;
  autoAccept: boolean;
  outlets: readonly PlannedOutlet[];
  menuId: string;
  items: readonly { id: string; as: Omit<ItemDefinition, 'menuId'> }[];
}

/** Rates as of 2026 in millionths; for places nobody wrote down, none is taken for granted: 8 %. */
const taxes: Readonly<Record<string, { jurisdiction: string; ratePpm: number }>> = {
  sfo: { jurisdiction: 'us-ca-sf', ratePpm: 85_000 },
  nyc: { jurisdiction: 'us-ny-nyc', ratePpm: 88_750 },
};

export function taxOf({ id }: Metro): { jurisdiction: string; ratePpm: number } {
  return taxes[id] ?? { jurisdiction: id, ratePpm: 80_000 };
}

/** Open all day, every day: a demo is tried at any hour. */
export function alwaysOpen(campus: string | null): OpenSpan[] {
  return [1, 2, 3, 4, 5, 6, 7].map((dayOfWeek) => ({ dayOfWeek, opens: '00:00', closes: '00:00', campus }));
}

/** Vendors of a metro, the same ids every time. */
export function plannedVendors(metro: Metro): PlannedVendor[] {
  const { jurisdiction } = taxOf(metro);
  return [
    ...(metro.id === 'sfo' ? [tacoLoco(jurisdiction)] : []),
    shop(metro.id, 'dosa', 'Dosa House', jurisdiction, [
      item('masala', 'Masala dosa', 1150, 'griddle', 420, [spice], [{ stockItemId: 'batter', quantity: 1 }]),
      item(
        'thali',
        'Lunch thali',
        1495,
        'line',
        300,
        [spice],
        [
          { stockItemId: 'rice-bowl', quantity: 1 },
          { stockItemId: 'naan', quantity: 2 },
        ],
      ),
      item('lassi', 'Mango lassi', 495, 'bar', 60, [], [{ stockItemId: 'lassi', quantity: 1 }]),
    ]),
    shop(metro.id, 'bowl', 'Green Bowl', jurisdiction, [
      item('grain', 'Grain bowl', 1295, 'line', 240, [], []),
      item('soup', 'Soup of the day', 725, 'line', 90, [], []),
    ]),
  ];
}

/** What S2-ORD-01 orders, so that S2-ORD-02's figures come out: nothing chosen costs more. */
function tacoLoco(jurisdiction: string): PlannedVendor {
  const truck = {
    ...outlet('Taco Loco 1', 37.7749, -122.4194, jurisdiction),
    ...{ campus: 'SF HQ', vehicleType: 'step van', licensePlate: '8TAC0LO' },
  };
  return {
    id: 'vnd_abc123',
    name: 'Taco Loco Express',
    description: 'Street tacos from the truck',
    autoAccept: true,
    outlets: [{ id: 'trk_xyz789', kind: 'TRUCK', as: truck, delivery: [] }],
    menuId: 'mnu_abc123',
    items: [
      {
        id: 'itm_taco001',
        as: {
          ...item('taco001', 'Street Taco', 450, 'grill', 180, [], []).as,
          description: 'Two soft corn tortillas',
          category: 'Tacos',
          modifiers: [
            modifier('protein', 'Protein', 1, 1, ['carnitas', 'carne_asada', 'pollo', 'hongos']),
            modifier('salsa', 'Salsa', 0, 1, ['verde', 'roja', 'habanero']),
            modifier('extras', 'Extras', 0, 4, ['guacamole', 'sour_cream', 'queso', 'jalapeno']),
          ],
        },
      },
      {
        id: 'itm_drink001',
        as: { ...item('drink001', 'Horchata', 300, 'bar', 30, [], []).as, category: 'Drinks' },
      },
    ],
  };
}

function shop(
  metro: string,
  key: string,
  name: string,
  jurisdiction: string,
  items: PlannedVendor['items'],
): PlannedVendor {
  const { latitude, longitude } = centres[metro] ?? { latitude: 0, longitude: 0 };
  const id = `${metro}_${key}`;
  return {
    id: `vnd_${id}`,
    name,
    description: `${name}, for here or to go`,
    autoAccept: true,
    outlets: [
      {
        id: `sto_${id}`,
        kind: 'STORE',
        as: outlet(`${name}, Market Street`, latitude, longitude, jurisdiction),
        delivery: [around(latitude, longitude, 0.03)],
      },
      {
        id: `trk_${id}`,
        kind: 'TRUCK',
        as: outlet(`${name} on wheels`, latitude + 0.01, longitude, jurisdiction),
        delivery: [],
      },
    ],
    menuId: `mnu_${id}`,
    items: items.map((each) => ({ id: `itm_${id}_${each.id}`, as: each.as })),
  };
}

const centres: Readonly<Record<string, { latitude: number; longitude: number }>> = {
  sfo: { latitude: 37.7793, longitude: -122.4193 },
  nyc: { latitude: 40.7411, longitude: -73.9897 },
};

const spice = modifier('spice', 'Spice', 1, 1, ['mild', 'medium', 'hot']);

function modifier(
  modifierId: string,
  name: string,
  least: number,
  most: number,
  options: readonly string[],
): Modifier {
  return {
    ...{ modifierId, name, least, most },
    options: options.map((optionId) => ({ optionId, name: words(optionId), price: 0, available: true })),
  };
}

function words(id: string): string {
  return `${id.charAt(0).toUpperCase()}${id.slice(1).replaceAll('_', ' ')}`;
}

function item(
  id: string,
  name: string,
  price: number,
  station: string,
  prepSeconds: number,
  modifiers: readonly Modifier[],
  recipe: ItemDefinition['recipe'],
): { id: string; as: Omit<ItemDefinition, 'menuId'> } {
  const shown = { name, description: '', category: 'Menu', price, imageUrl: null, available: true };
  return { id, as: { ...shown, prepSeconds, station, modifiers, recipe } };
}

function outlet(name: string, latitude: number, longitude: number, jurisdiction: string): OutletDefinition {
  const nothing = { campus: null, address: null, licensePlate: null, vehicleType: null };
  return { ...nothing, name, latitude, longitude, slotMinutes: 15, slotQuantity: 200, jurisdiction };
}

/** A square around a place. @param reach degrees */
function around(latitude: number, longitude: number, reach: number): DeliveryZone {
  const corners = [
    [-1, -1],
    [-1, 1],
    [1, 1],
    [1, -1],
  ] as const;
  const polygon = corners.map(([up, right]) => ({
    latitude: latitude + up * reach,
    longitude: longitude + right * reach,
  }));
  return { name: 'Nearby', polygon, fee: 399, minimum: 1500 };
}
