import { freePort, portFromEnv } from '@dabba/stack';

export const servicePorts = {
  gateway: { variable: 'GATEWAY_PORT', fallback: 5003 },
  identity: { variable: 'IDENTITY_PORT', fallback: 5011 },
  meals: { variable: 'MEALS_PORT', fallback: 5012 },
  'edge-bridge': { variable: 'EDGE_BRIDGE_PORT', fallback: 5013 },
  receipts: { variable: 'RECEIPTS_PORT', fallback: 5014 },
  catalog: { variable: 'CATALOG_PORT', fallback: 5015 },
  inventory: { variable: 'INVENTORY_PORT', fallback: 5016 },
  orders: { variable: 'ORDERS_PORT', fallback: 5017 },
  payments: { variable: 'PAYMENTS_PORT', fallback: 5018 },
  kitchen: { variable: 'KITCHEN_PORT', fallback: 5019 },
  mqtt: { variable: 'MQTT_PORT', fallback: 1883 },
  'tax-office': { variable: 'TAX_OFFICE_PORT', fallback: 5090 },
  logistics: { variable: 'LOGISTICS_PORT', fallback: 5091 },
  stripe: { variable: 'STRIPE_PORT', fallback: 5092 },
} as const;

export type Door = keyof typeof servicePorts;
export type Ports = Record<Door, number>;

/** Ports as the environment names them, or unused ones. */
export async function choosePorts(how: 'environment' | 'free'): Promise<Ports> {
  const choose = async (door: Door) => {
    const { variable, fallback } = servicePorts[door];
    return how === 'free' ? freePort() : portFromEnv(variable, fallback);
  };
  return {
    gateway: await choose('gateway'),
    identity: await choose('identity'),
    meals: await choose('meals'),
    'edge-bridge': await choose('edge-bridge'),
    receipts: await choose('receipts'),
    catalog: await choose('catalog'),
    inventory: await choose('inventory'),
    orders: await choose('orders'),
    payments: await choose('payments'),
    kitchen: await choose('kitchen'),
    mqtt: await choose('mqtt'),
    'tax-office': await choose('tax-office'),
    logistics: await choose('logistics'),
    stripe: await choose('stripe'),
  };
}
