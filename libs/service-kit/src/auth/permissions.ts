const operations = [
  'self:read',
  'lots:create',
  'lots:read',
  'lots:recall',
  'ledger:read',
  'meals:read',
  'meals:move',
  'meals:reserve',
  'meals:correct',
  'places:read',
  'pars:set',
  'picks:make',
  'stock:correct',
  'fridges:read',
  'fridges:register',
  'fridges:command',
  'fridges:clear',
  'sessions:open',
  'fridges:sales',
  'offline:manage',
  'receipts:read',
  'receipts:types',
  'receipts:reopen',
  'receipts:contracts',
  'catalog:read',
  'vendors:apply',
  'vendors:approve',
  'vendors:change',
  'outlets:change',
  'outlets:hours',
  'menus:change',
  'taxes:set',
  'inventory:read',
  'inventory:change',
  'payments:read',
  'payments:read-all',
  'payments:refund',
  'payments:reconcile',
  'receivables:settle',
  'subsidies:grant',
  'subsidies:read',
  'orders:read',
  'orders:place',
  'orders:manage',
  'orders:refund',
  'revenue:read',
  'tickets:read',
  'tickets:work',
  'vendors:connect',
] as const;

const staff = [
  'self:read',
  'catalog:read',
  'inventory:read',
  'inventory:change',
  'orders:read',
  'orders:place',
  'orders:manage',
  'tickets:read',
  'tickets:work',
] as const;

const manager = [...staff, 'outlets:hours', 'menus:change', 'orders:refund', 'revenue:read'] as const;

/**
 * The one permission table: what each role may do. What is not here is denied.
 * `self:read`, which every role has, is what any valid token may do.
 */
export const permissions = {
  customer: [
    'self:read',
    'meals:read',
    'meals:reserve',
    'fridges:read',
    'sessions:open',
    'catalog:read',
    'payments:read',
    'payments:methods',
    'subsidies:read',
    'orders:read',
    'orders:place',
    'carts:use',
  ],
  kitchen: [
    'self:read',
    'lots:create',
    'lots:read',
    'meals:read',
    'meals:move',
    'places:read',
    'picks:make',
    'fridges:read',
    'sessions:open',
    'catalog:read',
  ],
  courier: [
    'self:read',
    'meals:read',
    'meals:move',
    'places:read',
    'stock:correct',
    'fridges:read',
    'fridges:clear',
    'sessions:open',
    'catalog:read',
  ],
  operations,
  /** All of it, and who there is. */
  admin: [...operations, 'principals:read'],
  /** Who owns a vendor's shops; acts for that vendor alone, as managers and staff do (`requireVendor`). */
  merchant: [...manager, 'vendors:apply', 'vendors:change', 'outlets:change', 'vendors:connect'],
  manager,
  staff,
  /** A fridge itself: speaks MQTT to the bridge, reads its own stock. */
  fridge: ['self:read', 'fridges:read'],
  /** Clients of receipts (S3-SEC-01): the roles carry the names of their rights, as contracts and credentials give them. */
  'receipts:read': ['self:read', 'receipts:read'],
  'receipts:write': ['self:read', 'receipts:read', 'receipts:write'],
  /** One service calling another. */
  service: [
    'self:read',
    'meals:read',
    'fridges:read',
    'principals:read',
    'catalog:read',
    'inventory:read',
    'payments:request',
    'payments:read',
    'payments:read-all',
    'payments:refund',
    'subsidies:grant',
    'subsidies:read',
    'orders:read',
    'orders:wishes',
    'tickets:read',
    'receipts:read',
  ],
} as const satisfies Record<string, readonly string[]>;

export type Role = keyof typeof permissions;
export type Permission = (typeof permissions)[Role][number];

export function isRole(name: string): name is Role {
  return Object.hasOwn(permissions, name);
}

export function mayDo(roles: readonly string[], permission: Permission): boolean {
  return roles.some((role) => isRole(role) && permissions[role].some((granted) => granted === permission));
}
