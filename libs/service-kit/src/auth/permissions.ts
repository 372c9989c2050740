/** The one permission table: what each role may do. What is not here is denied. */
export const permissions = {
  customer: ['meals:read', 'fridges:read'],
  kitchen: ['lots:create', 'lots:read', 'meals:read', 'fridges:read'],
  courier: ['meals:read', 'fridges:read'],
  operations: [
    'lots:create',
    'lots:read',
    'meals:read',
    'fridges:read',
    'fridges:register',
    'fridges:command',
  ],
  admin: [
    'lots:create',
    'lots:read',
    'meals:read',
    'fridges:read',
    'fridges:register',
    'fridges:command',
    'principals:read',
  ],
  /** A fridge itself: speaks MQTT to the bridge, reads its own stock. */
  fridge: ['fridges:read', 'facts:publish'],
  /** One service calling another. */
  service: ['meals:read', 'fridges:read', 'principals:read'],
} as const satisfies Record<string, readonly string[]>;

export type Role = keyof typeof permissions;
export type Permission = (typeof permissions)[Role][number];

export function isRole(name: string): name is Role {
  return Object.hasOwn(permissions, name);
}

export function mayDo(roles: readonly string[], permission: Permission): boolean {
  return roles.some((role) => isRole(role) && permissions[role].some((granted) => granted === permission));
}
