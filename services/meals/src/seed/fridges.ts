import { isRefusal } from '@dabba/event-store';
import type { StoreDeps } from '@dabba/service-kit';
import { enqueueTasks } from '@dabba/tasks';
import { decideFridge } from '../fridge/decide.ts';
import { fridgeRef } from '../fridge/fridge.ts';
import { issuePolicies } from '../offline/issue-policies.ts';
import { watchFleet } from '../tasks/watch-fleet.ts';
import { demoCapacity } from './capacity.ts';

const places = [
  'Lobby',
  'Roof',
  'Library',
  'Gym',
  'Garage',
  'Atrium',
  'Canteen',
  'Studio',
  'Ward 3',
  'Platform 9',
];

/** Ten fridges a metro, `fr_<metro>_01` …; those of before are left as they are. */
export async function seedFridges({ store, pool, region, now }: StoreDeps): Promise<void> {
  for (const metro of region.metros) {
    for (const [index, name] of places.entries()) {
      const fridgeId = `fr_${metro.id}_${String(index + 1).padStart(2, '0')}`;
      const outcome = await store.execute(
        fridgeRef(fridgeId, metro.id),
        (fridge) =>
          fridge.name === null
            ? decideFridge(fridge, {
                do: 'register',
                fridgeId,
                metro: metro.id,
                name: `${name}, ${metro.name}`,
                capacity: demoCapacity,
                now: now(),
              })
            : [],
        { actor: 'seed', now: now() },
      );
      if (isRefusal(outcome)) throw new Error(`Fridge ${fridgeId}: ${outcome.detail}`);
    }
  }
  await enqueueTasks(
    pool,
    region.metros.flatMap(({ id }) => [watchFleet(id, now() + 60_000), issuePolicies(id, now())]),
  );
}
