import { until } from '@dabba/testing';
import type { Fridge } from '../../simulators/fridge/index.ts';
import type { kitchenOf } from './kitchen.ts';
import { patient } from './patient.ts';
import type { Village } from './village.ts';

export interface Started {
  id: string;
  state: string;
  code?: string;
  prices: { meal_id: string; price: { amount: number; currency: string } }[];
}
export interface SessionView {
  state: string;
  failure: string | null;
  basket: { meal_id: string; price: { amount: number } }[];
  timeline: { type: string }[];
}

export type Doors = ReturnType<typeof doorsOf>;

/** What people do at the doors of one fridge. */
export function doorsOf(village: Pick<Village, 'as'>, fridgeId: string) {
  const at = `/api/v1/fridges/${fridgeId}`;
  const open = (login: string, door = '1', query = '?wait=5') =>
    village.as(login).post<Started>(`${at}/sessions${query}`, { door });
  const reaches = (state: string) => (login: string, id: string) =>
    until(
      `session ${id} is ${state}`,
      async () => {
        const { body } = await village.as(login).get<SessionView>(`/api/v1/sessions/${id}`);
        return body.state === state && body;
      },
      patient,
    );
  const alarms = async () => {
    const { body } = await village.as('ops_sfo').get<{ items: { alert: string }[] }>(`${at}/alerts`);
    return body.items.map(({ alert }) => alert);
  };

  return {
    open,
    settled: reaches('SETTLED'),
    failed: reaches('FAILED'),
    alarms,
    raised: (alarm: string) =>
      until(`${fridgeId} raises ${alarm}`, async () => (await alarms()).includes(alarm), patient),
    /** As people do whose door did not open at once. */
    opened: (login: string, door = '1') =>
      until(
        `${login} gets door ${door}`,
        async () => {
          const { status, body } = await open(login, door);
          return status === 201 && body;
        },
        patient,
      ),
    /** New meals, which the fridge has seen put in. */
    async stocked(
      fridge: Fridge,
      kitchen: ReturnType<typeof kitchenOf>,
      quantity: number,
    ): Promise<string[]> {
      const ids = await kitchen.cook({ quantity });
      fridge.stock(ids);
      await until(
        'all are on the shelf',
        async () => {
          const { stock } = await kitchen.fridge(fridgeId);
          return ids.every((id) => stock.some(({ meal_id }) => meal_id === id));
        },
        patient,
      );
      return ids;
    },
  };
}

/** What somebody will say. */
export function later<T>(): { told: Promise<T>; tell(what: T): void } {
  let tell: (what: T) => void = () => {};
  const told = new Promise<T>((resolve) => {
    tell = resolve;
  });
  return { told, tell: (what) => tell(what) };
}
