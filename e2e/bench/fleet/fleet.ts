import { until } from '@dabba/testing';
import { Fridge } from '../../simulators/fridge/index.ts';
import { registerFridges } from '../http/fridges.ts';
import type { Region } from '../world/region.ts';

/** Registered and connected. */
export async function openFleet(region: Region, count: number, journals: string): Promise<Fridge[]> {
  const ids = await registerFridges(region.meals, await region.token(), count);
  const fleet = ids.map(
    (fridgeId) =>
      new Fridge({
        url: region.mqttUrl,
        clientId: fridgeId,
        clientSecret: 'secret',
        metro: 'sfo',
        fridgeId,
        currency: 'USD',
        journal: `${journals}/${fridgeId}.jsonl`,
      }),
  );
  for (const fridge of fleet) fridge.reconnect();
  await until('every fridge is connected', () => fleet.every(({ connected }) => connected), {
    within: 60_000,
  });
  return fleet;
}
