import { codeOf, command, type Today, tell, wait } from './district.ts';
import { tend } from './tend.ts';

/** The evening round: what nobody bought is brought back, and what never left its kitchen is written off there. */
export async function bringBack(today: Today): Promise<void> {
  const { couriers, kitchens, operations, shops, tally, lots } = today;
  const removed = await Promise.all(
    shops.map(async (shop, index) => {
      await wait(today, `${shop.id} is in reach`, async () => shop.fridge.connected);
      await shop.care;
      return tend(today, couriers[index % couriers.length] ?? operations, shop, 'everything');
    }),
  );
  const count = (status: string) =>
    removed.reduce((total, { statuses }) => total + (statuses.get(status) ?? 0), 0);
  let returned = count('RETURNED');
  tally.add('expired', count('EXPIRED'));
  // A door that opened too late for the session it was opened for.
  tally.add('unexplained', count('UNEXPLAINED'));
  const [kitchen = operations] = kitchens;
  for (const lot of lots)
    for (const mealId of lot.meals.splice(0)) {
      const path = `/api/v1/meals/${mealId}/return`;
      const { status, body } = await command(today, kitchen, path, { note: 'Never left the kitchen' });
      // One that expired or was recalled meanwhile has ended already.
      if (status === 200) returned += 1;
      else if (codeOf(body) !== 'meal-ended') tally.complain(`return: ${status} ${codeOf(body)}`);
    }
  tally.add('returned', returned);
  tell(today, 'leftovers', `${returned} meals were brought back unsold`);
}
