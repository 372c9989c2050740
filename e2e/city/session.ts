import type { Client } from '../platform/client.ts';
import type { Hands } from '../simulators/fridge/index.ts';
import { codeOf, type District, wait } from './district.ts';
import type { Door, Shop } from './shop.ts';

export interface Basket {
  /** Meal ids that were sold. */
  sold: string[];
}

interface SessionView {
  state: string;
  basket: { meal_id: string }[];
}

/** Refusals a visitor may meet in a healthy city; anything else is trouble. */
const lawful = new Set([
  'door-in-use',
  'fridge-did-not-answer',
  'fridge-locked',
  'fridge-offline',
  'fridge-unsafe',
  'overloaded',
  'sensor-silent',
  'sold-out',
  'too-many-sessions',
  'busy',
]);

/**
 * Asks for a door that the caller stands before, and waits until it is settled. The code of the refusal if there is one.
 * @param patience seconds the door may take
 */
export async function throughDoor(
  district: District,
  who: Client,
  shop: Shop,
  door: Door,
  patience = 3,
): Promise<Basket | { refused: string }> {
  const path = `/api/v1/fridges/${shop.id}/sessions?wait=${patience}`;
  const { status, body } = await who.post<{ id: string }>(path, { door });
  if (status !== 201) {
    const code = codeOf(body);
    if (!lawful.has(code)) district.tally.complain(`a door of ${shop.id}: ${status} ${code}`);
    return { refused: code };
  }
  // A fridge that loses its network meanwhile tells of it when it is back.
  const { basket } = await wait(
    district,
    `session ${body.id} is settled`,
    async () => {
      const seen = await who.get<SessionView>(`/api/v1/sessions/${body.id}`);
      return seen.status === 200 && seen.body.state === 'SETTLED' && seen.body;
    },
    300_000,
  );
  return { sold: basket.map(({ meal_id }) => meal_id) };
}

/** Staff at a fridge, alone: they wait while a door is still somebody else's. */
export async function staffSession(
  district: District,
  who: Client,
  shop: Shop,
  hands: () => Hands,
): Promise<void> {
  let refused = '';
  await shop.alone(hands, () =>
    wait(
      district,
      () => `${shop.id} opens for staff: ${refused}`,
      async () => {
        const outcome = await throughDoor(district, who, shop, '1', 5);
        if ('sold' in outcome) return true;
        ({ refused } = outcome);
        if (refused !== 'door-in-use') district.tally.refuse(`staff: ${refused}`);
        return false;
      },
      180_000,
    ),
  );
}
