/**
 * The one permission table: what each role may do. What is not here is denied.
 * `self:read`, which every role has, is what any valid token may do.
 */
export const permissions = {
  customer: ['self:read', 'meals:read', 'meals:reserve', 'fridges:read', 'sessions:open'],
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
  ],
  operations: [
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
  ],
  admin: [
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
    'principals:read',
    'receipts:contracts',
  ],
  /** A fridge itself: speaks MQTT to the bridge, reads its own stock. */
  fridge: ['self:read', 'fridges:read', 'facts:publish'],
  /** Clients of receipts (S3-SEC-01): the roles carry the names of their rights, as contracts and credentials give them. */
  'receipts:read': ['self:read', 'receipts:read'],
  'receipts:write': ['self:read', 'receipts:read', 'receipts:write'],
  /** One service calling another. */
  service: ['self:read', 'meals:read', 'fridges:read', 'principals:read'],
} as const satisfies Record<string, readonly string[]>;

export type Role = keyof typeof permissions;
export type Permission = (typeof permissions)[Role][number];

export function isRole(name: string): name is Role {
  return Object.hasOwn(permissions, name);
}

export function mayDo(roles: readonly string[], permission: Permission): boolean {
  return roles.some((role) => isRole(role) && permissions[role].some((granted) => granted === permission));
}
