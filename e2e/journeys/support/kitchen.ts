import { newId } from '@dabba/contracts';
import { until } from '@dabba/testing';
import { lotBody } from './lot.ts';
import { patient } from './patient.ts';
import type { Village } from './village.ts';

export interface MealView {
  id: string;
  lot_id: string;
  kitchen_id: string;
  status: string;
  fridge_id: string | null;
  customer_id: string | null;
  price: { amount: number; currency: string } | null;
}

export interface FridgeView {
  alerts: number;
  stock: { meal_id: string }[];
  pending_commands: { command_id: string }[];
}

/** What people do in a village of the metro sfo, through the gateway. */
export function kitchenOf(village: Pick<Village, 'as'>) {
  const operations = village.as('ops_sfo');

  async function read<T>(path: string): Promise<T> {
    const { status, body } = await operations.get<T>(path);
    if (status !== 200) throw new Error(`GET ${path}: ${status} ${JSON.stringify(body)}`);
    return body;
  }
  const meal = (id: string) => read<MealView>(`/api/v1/meals/${id}`);
  const fridge = (id: string) => read<FridgeView>(`/api/v1/fridges/${id}`);

  return {
    meal,
    fridge,
    /** Ids of the meals of a new lot of the kitchen in sfo. */
    async cook(change: Readonly<Record<string, unknown>> = {}): Promise<string[]> {
      const body = lotBody(change);
      const headers = { 'idempotency-key': newId() };
      // As a client does that is told to come again: under the same key.
      return until(
        'the lot is made',
        async () => {
          const made = await village.as('stf_sfo_1').post<{ meals: string[] }>('/api/v1/lots', body, headers);
          if (made.status === 503) return false;
          if (made.status !== 201) throw new Error(`${made.status} ${JSON.stringify(made.body)}`);
          return made.body.meals;
        },
        patient,
      );
    },
    /** Names of the events of a meal. */
    history: async (id: string) =>
      (await read<{ items: { type: string }[] }>(`/api/v1/meals/${id}/history`)).items.map(
        ({ type }) => type,
      ),
    /** Meals and minor units sold, by day. */
    sales: async (id: string) =>
      (await read<{ items: { meals: number; amount: number }[] }>(`/api/v1/fridges/${id}/sales`)).items.map(
        ({ meals, amount }) => ({ meals, amount }),
      ),
    becomes: (id: string, status: string) =>
      until(`meal ${id} is ${status}`, async () => {
        const seen = await meal(id);
        return seen.status === status && seen;
      }),
    alarms: (id: string, count: number) =>
      until(`fridge ${id} has raised ${count} alarms`, async () => (await fridge(id)).alerts === count),
  };
}
