import type { Instant } from '@dabba/contracts';
import type { Knex } from 'knex';
import type { Sensor } from '../fridge/sensor.ts';
import { sensorOf } from './fleet.ts';

export interface FleetRow {
  fridge_id: string;
  metro: string;
  name: string | null;
  capacity: number;
  locked: string | null;
  alerts: number;
  last_seen: Date | null;
  read_at: Date | null;
  temperature_c: number | null;
  gaps: unknown;
  stock_count: number;
}

/** A fridge is online for so long after it was heard: three heartbeats. Milliseconds. */
export const onlineFor = 90_000;

export interface FleetFilter {
  metro?: string;
  locked?: boolean;
  online?: boolean;
  /** Fridge ids after this one. */
  after?: string;
  limit: number;
  now: Instant;
}

/** Fridges by id. */
export function listFleet(
  db: Knex,
  { metro, locked, online, after, limit, now }: FleetFilter,
): Promise<FleetRow[]> {
  const query = rowsOf(db).orderBy('fleet.fridge_id').limit(limit);
  if (metro !== undefined) query.where('fleet.metro', metro);
  if (locked !== undefined) query[locked ? 'whereNotNull' : 'whereNull']('locked');
  if (online !== undefined)
    query.whereRaw(`coalesce(last_seen > ?, false) = ?`, [new Date(now - onlineFor), online]);
  if (after !== undefined) query.where('fleet.fridge_id', '>', after);
  return query;
}

export async function fleetRow(db: Knex, fridgeId: string): Promise<FleetRow | undefined> {
  const [row] = await rowsOf(db).where('fleet.fridge_id', fridgeId);
  return row;
}

export interface Signs {
  sensor: Sensor;
  /** Last time the fridge was heard, by its own clock; undefined: never. */
  lastSeen: Instant | undefined;
}

/** What is known of a fridge by what it says, some milliseconds behind. */
export async function signsOf(db: Knex, fridgeId: string): Promise<Signs> {
  const row = await db<Pick<FleetRow, 'read_at' | 'gaps' | 'last_seen'> & { fridge_id: string }>(
    'fleet_signs',
  )
    .where({ fridge_id: fridgeId })
    .first('read_at', 'gaps', 'last_seen');
  return { sensor: sensorOf(row ?? {}), lastSeen: row?.last_seen?.getTime() };
}

/** Meals on the shelves of a fridge, for sale or claimed. */
export function heldBy(db: Knex, fridgeId: string): Promise<string[]> {
  return db('meal_list')
    .where({ fridge_id: fridgeId })
    .whereIn('status', ['STOCKED', 'RESERVED'])
    .orderBy('meal_id')
    .pluck('meal_id');
}

/** Meals last seen in a fridge and not taken out since, whatever became of them. */
export function seenInside(db: Knex, fridgeId: string): Promise<{ meal_id: string; lot_id: string }[]> {
  return db<{ meal_id: string; lot_id: string; inside_fridge_id: string }>('lot_meals')
    .where({ inside_fridge_id: fridgeId })
    .orderBy(['expires_at', 'meal_id'])
    .select('meal_id', 'lot_id');
}

/** How many of these meals the list has heard nothing of since then. */
export async function unseenSince(db: Knex, meals: readonly string[], at: Instant): Promise<number> {
  const [row] = await db('lot_meals')
    .whereIn('meal_id', meals)
    .where('seen_at', '<', new Date(at))
    .select<{ unseen: number }[]>(db.raw('count(*)::int as unseen'));
  return row?.unseen ?? 0;
}

export interface AlertRow {
  alert_id: string;
  alert: string;
  detail: string;
  meal_id: string | null;
  raised_at: Date;
}

/** A fridge's alarms, newest first. */
export function alertsOf(
  db: Knex,
  fridgeId: string,
  before: { raised_at: Date; alert_id: string } | undefined,
  limit: number,
): Promise<AlertRow[]> {
  const query = db<AlertRow & { fridge_id: string }>('fleet_alerts')
    .where({ fridge_id: fridgeId })
    .orderBy([
      { column: 'raised_at', order: 'desc' },
      { column: 'alert_id', order: 'desc' },
    ])
    .limit(limit)
    .select('alert_id', 'alert', 'detail', 'meal_id', 'raised_at');
  if (before !== undefined)
    query.whereRaw('(raised_at, alert_id) < (?, ?)', [before.raised_at, before.alert_id]);
  return query;
}

function rowsOf(db: Knex) {
  const stock = db('meal_list')
    .where({ status: 'STOCKED' })
    .whereRaw('meal_list.fridge_id = fleet.fridge_id')
    .select(db.raw('count(*)::int'))
    .as('stock_count');
  return db<FleetRow>('fleet')
    .leftJoin('fleet_signs', 'fleet_signs.fridge_id', 'fleet.fridge_id')
    .select<FleetRow[]>(
      'fleet.fridge_id',
      'metro',
      'name',
      'capacity',
      'locked',
      'alerts',
      'last_seen',
      'read_at',
      'temperature_c',
      'gaps',
      stock,
    );
}
