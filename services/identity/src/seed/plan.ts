import type { Region } from '@dabba/contracts';
import type { Role } from '@dabba/service-kit';

export interface DemoIds {
  kitchen_id?: string;
  fridge_id?: string;
  customer_id?: string;
  courier_id?: string;
  vendor_id?: string;
}

/** Somebody or something the demo city needs. Its id is its login. */
export interface DemoPrincipal {
  id: string;
  name: string;
  kind: 'person' | 'machine' | 'fridge';
  roles: readonly Role[];
  /** null acts in the whole region. */
  metro: string | null;
  ids: DemoIds;
}

const machines = ['meals', 'edge-bridge', 'gateway', 'orders', 'kitchen', 'city'];

/** Everybody of the demo city, the same ids and logins every time. Ids are pseudonyms; names describe, they name nobody. */
export function demoPrincipals(region: Region): DemoPrincipal[] {
  return [
    ...region.metros.flatMap((metro) => [
      ...kitchen(metro.id),
      ...couriers(metro.id),
      ...customers(metro.id),
      ...fridges(metro.id),
      ...receiptClients(metro.id),
      ...vendorPeople(metro.id),
      person(`ops_${metro.id}`, `Operations of ${metro.id}`, 'operations', metro.id, {}),
    ]),
    person('admin', 'Administrator', 'admin', null, {}),
    ...machines.map(machine),
  ];
}

function kitchen(metro: string): DemoPrincipal[] {
  const kitchenId = `kit_${metro}_1`;
  return numbered(2, 1).map((n) =>
    person(`stf_${metro}_${n}`, `Kitchen staff ${n} of ${kitchenId}`, 'kitchen', metro, {
      kitchen_id: kitchenId,
    }),
  );
}

function couriers(metro: string): DemoPrincipal[] {
  return numbered(4, 1).map((n) => {
    const id = `cou_${metro}_${n}`;
    return person(id, `Courier ${n} of ${metro}`, 'courier', metro, { courier_id: id });
  });
}

function customers(metro: string): DemoPrincipal[] {
  return numbered(40, 3).map((n) => {
    const id = `cus_${metro}_${n}`;
    return person(id, `Customer ${n} of ${metro}`, 'customer', metro, { customer_id: id });
  });
}

function fridges(metro: string): DemoPrincipal[] {
  return numbered(10, 2).map((n) => {
    const id = `fr_${metro}_${n}`;
    const name = `Fridge ${n} of ${metro}`;
    return { id, name, kind: 'fridge', roles: ['fridge'], metro, ids: { fridge_id: id } };
  });
}

/** One hands receipts in, one reads them; contracts of these names are the receipts service's own seed (S3-SEC-01). */
function receiptClients(metro: string): DemoPrincipal[] {
  const client = (id: string, name: string, role: Role): DemoPrincipal => ({
    id,
    name,
    kind: 'machine',
    roles: [role],
    metro,
    ids: {},
  });
  return [
    client(`till_${metro}`, `Till of ${metro}`, 'receipts:write'),
    client(`audit_${metro}`, `Auditor of ${metro}`, 'receipts:read'),
  ];
}

/** Who runs the seeded vendors (services/catalog/src/seed): a merchant each; the first has a manager and a cashier as well. */
function vendorPeople(metro: string): DemoPrincipal[] {
  const vendors = [...(metro === 'sfo' ? ['vnd_abc123'] : []), `vnd_${metro}_dosa`, `vnd_${metro}_bowl`];
  const merchants = vendors.map((vendor_id, index) =>
    person(`mer_${metro}_${index + 1}`, `Merchant of ${vendor_id}`, 'merchant', metro, { vendor_id }),
  );
  const [vendor_id = ''] = vendors;
  return [
    ...merchants,
    person(`mgr_${metro}_1`, `Manager of ${vendor_id}`, 'manager', metro, { vendor_id }),
    person(`csh_${metro}_1`, `Cashier of ${vendor_id}`, 'staff', metro, { vendor_id }),
  ];
}

function machine(service: string): DemoPrincipal {
  const id = `svc_${service.replaceAll('-', '_')}`;
  return { id, name: `Service ${service}`, kind: 'machine', roles: ['service'], metro: null, ids: {} };
}

function person(id: string, name: string, role: Role, metro: string | null, ids: DemoIds): DemoPrincipal {
  return { id, name, kind: 'person', roles: [role], metro, ids };
}

function numbered(count: number, digits: number): string[] {
  return Array.from({ length: count }, (_, index) => String(index + 1).padStart(digits, '0'));
}
