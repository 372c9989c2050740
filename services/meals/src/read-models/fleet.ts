import type { Recorded } from '@dabba/contracts';
import { defineReadModel, type Row, type Rows } from '@dabba/projections';
import { isGraver, isLockReason } from '../fridge/cold-chain.ts';
import { type Gap, readAt, type Sensor } from '../fridge/sensor.ts';

type Tables = 'fleet' | 'fleet_signs' | 'fleet_alerts';
type Fact = { data: { device: string; observedAt: number } } & Pick<Recorded, 'meta'>;

/**
 * Every fridge: what was decided of it, and, in a row of its own, what it last said. They come from two topics, so
 * neither fold may see the other's columns; queries join them.
 */
export const fleet = defineReadModel({
  name: 'fleet',
  topics: ['fridges', 'fridge-facts'],
  tables: {
    fleet: {
      kind: 'rows',
      key: ['fridge_id'],
      create(table) {
        table.text('fridge_id').primary();
        table.text('metro').notNullable();
        table.text('name');
        table.integer('capacity').notNullable();
        table.text('locked');
        table.integer('alerts').notNullable();
        table.index(['metro', 'fridge_id']);
      },
    },
    fleet_signs: {
      kind: 'rows',
      key: ['fridge_id'],
      create(table) {
        table.text('fridge_id').primary();
        table.timestamp('last_seen').notNullable();
        table.timestamp('read_at');
        table.double('temperature_c');
        table.jsonb('gaps').notNullable();
      },
    },
    fleet_alerts: {
      kind: 'rows',
      key: ['alert_id'],
      create(table) {
        table.text('alert_id').primary();
        table.text('fridge_id').notNullable();
        table.text('alert').notNullable();
        table.text('detail').notNullable();
        table.text('meal_id');
        table.timestamp('raised_at').notNullable();
        table.index(['fridge_id', 'raised_at', 'alert_id']);
      },
    },
  },
  on: {
    FridgeRegistered: ({ data, meta }, rows) =>
      known(data.fridgeId, meta.metro, rows, () => ({ name: data.name, capacity: data.capacity })),
    FridgeLocked: ({ data, meta }, rows) =>
      known(data.fridgeId, meta.metro, rows, ({ locked }) =>
        isGraver(data.reason, isLockReason(locked) ? locked : null) ? { locked: data.reason } : {},
      ),
    FridgeCleared: ({ data, meta }, rows) => known(data.fridgeId, meta.metro, rows, () => ({ locked: null })),
    FridgeAlertRaised({ data, meta }, rows) {
      known(data.fridgeId, meta.metro, rows, ({ alerts }) => ({ alerts: Number(alerts) + 1 }));
      rows.put('fleet_alerts', {
        alert_id: meta.id,
        fridge_id: data.fridgeId,
        alert: data.alert,
        detail: data.detail,
        meal_id: data.mealId,
        raised_at: new Date(data.raisedAt),
      });
    },
    FridgeHeartbeat(fact, rows) {
      const { device, observedAt, temperatureCelsius } = fact.data;
      heard(fact, rows);
      if (temperatureCelsius === null) return;
      rows.change('fleet_signs', { fridge_id: device }, (row) => {
        if (row === undefined) return row;
        const sensor = readAt(sensorOf(row), observedAt);
        const news = sensor.readAt === observedAt ? { temperature_c: temperatureCelsius } : {};
        return {
          ...row,
          ...news,
          read_at: sensor.readAt === null ? null : new Date(sensor.readAt),
          gaps: sensor.gaps.map(({ from, to }) => [from, to]),
        };
      });
    },
    FridgeMealStocked: heard,
    FridgeMealSold: heard,
    FridgeMealMissing: heard,
    FridgeDoorOpened: heard,
    FridgeDoorClosed: heard,
    FridgeCommandDone: heard,
  },
});

/** Alarms may come before a fridge is registered. */
function known(fridgeId: string, metro: string, rows: Rows<Tables>, change: (row: Row) => Row): void {
  const blank = { fridge_id: fridgeId, metro, name: null, capacity: 0, locked: null, alerts: 0 };
  rows.change('fleet', { fridge_id: fridgeId }, (row = blank) => ({ ...row, ...change(row) }));
}

/** By its own clock; an older fact never takes the place of a later one. */
function heard({ data: { device, observedAt } }: Fact, rows: Rows<Tables>): void {
  const blank = { fridge_id: device, read_at: null, temperature_c: null, gaps: [] };
  rows.change('fleet_signs', { fridge_id: device }, (row) => {
    const before = row?.last_seen instanceof Date ? row.last_seen.getTime() : 0;
    return { ...(row ?? blank), last_seen: new Date(Math.max(before, observedAt)) };
  });
}

export function sensorOf({ read_at, gaps }: { read_at?: unknown; gaps?: unknown }): Sensor {
  const list: unknown[] = Array.isArray(gaps) ? gaps : [];
  return {
    readAt: read_at instanceof Date ? read_at.getTime() : null,
    gaps: list.map((gap): Gap => {
      const [from, to]: unknown[] = Array.isArray(gap) ? gap : [];
      return { from: Number(from), to: Number(to) };
    }),
  };
}
