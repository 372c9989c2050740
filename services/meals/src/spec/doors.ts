import { until } from '@dabba/testing';
import { sessionRef } from '../session/session.ts';
import { patient, type World } from './world.ts';

/** What people and fridges do with doors in a {@link World}. */
export function doorsOf(world: World) {
  const now = () => world.meals.deps.now();
  const doorOf = async (id: string) => {
    const { state } = await world.meals.deps.store.load(sessionRef(id, 'sfo'));
    return { door: state?.door ?? '1', nonce: state?.nonce ?? null };
  };
  const alarms = async (fridge: string): Promise<string[]> => {
    const { body } = await world.get(`/api/v1/fridges/${fridge}/alerts`);
    return body.items.map(({ alert }: { alert: string }) => alert);
  };
  const reach = <T extends { status?: string; state?: string }>(
    path: string,
    fits: (seen: T) => boolean,
  ): Promise<T> =>
    until(
      `${path} is there`,
      async () => {
        const { body } = await world.get(path);
        return fits(body) && body;
      },
      patient,
    );

  return {
    now,
    alarms,
    /** @param customer null: a courier */
    open: (fridge: string, customer: string | null, door = '1') =>
      world.call(
        'POST',
        `/api/v1/fridges/${fridge}/sessions`,
        { door },
        customer === null ? { roles: ['courier'] } : world.buyer(customer),
      ),
    async opens(
      fridge: string,
      sessionId: string,
      at = now(),
      change: { nonce?: string } = {},
    ): Promise<void> {
      const { door, nonce } = { ...(await doorOf(sessionId)), ...change };
      await world.say('FridgeDoorOpened', fridge, at, (known) => ({ ...known, sessionId, door, nonce }));
    },
    async closes(
      fridge: string,
      sessionId: string,
      hands: { taken?: string[]; added?: string[]; at?: number; nonce?: string; openedAt?: number } = {},
    ): Promise<void> {
      const { taken = [], added = [], at = now(), nonce = null, openedAt = null } = hands;
      const { door } = await doorOf(sessionId);
      const shut = { sessionId, door, nonce, openedAt, taken, added };
      await world.say('FridgeDoorClosed', fridge, at, (known) => ({ ...known, ...shut }));
    },
    meal: async (id: string) => (await world.get(`/api/v1/meals/${id}`)).body,
    becomes: (id: string, status: string) =>
      reach<{ status: string; customer_id: string | null; price: unknown }>(
        `/api/v1/meals/${id}`,
        (seen) => seen.status === status,
      ),
    reaches: (id: string, state: string) =>
      reach<{ state: string; failure: string | null; basket: { meal_id: string }[] }>(
        `/api/v1/sessions/${id}`,
        (seen) => seen.state === state,
      ),
    raised: (fridge: string, alarm: string) =>
      until(`${fridge} raises ${alarm}`, async () => (await alarms(fridge)).includes(alarm), patient),
  };
}
