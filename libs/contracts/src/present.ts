import { isEventName } from './codec.ts';
import type { Event } from './event.ts';
import { eventSchemas } from './generated/tables.ts';

/** Event name → its timestamp fields; found once, from the schemas. */
const instants = new Map<string, ReadonlySet<string>>(
  Object.entries(eventSchemas).map(([name, { schema }]) => [name, timestampsOf(schema)]),
);

/** An event's data as people and clients read it: snake_case names, instants as ISO 8601. */
export function presentData({ type, data }: Event): Record<string, unknown> {
  const times = isEventName(type) ? instants.get(type) : undefined;
  return Object.fromEntries(
    Object.entries(data).map(([name, value]) => [
      snakeCase(name),
      times?.has(name) && typeof value === 'number' ? new Date(value).toISOString() : value,
    ]),
  );
}

/** `expiresAt` → `expires_at` */
function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

function timestampsOf(schema: string): ReadonlySet<string> {
  const { fields }: { fields: { name: string; type: unknown }[] } = JSON.parse(schema);
  return new Set(
    fields.filter(({ type }) => JSON.stringify(type).includes('timestamp-millis')).map(({ name }) => name),
  );
}
