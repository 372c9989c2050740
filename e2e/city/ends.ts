import { look, type Today, wait } from './district.ts';

/**
 * Waits until it is known what became of meals that went out while nobody could be asked, and counts it: sold, or
 * unexplained where the platform knew what the fridge did not, as of a recall.
 * @returns how many were sold
 */
export async function countEnds(today: Today, mealIds: readonly string[]): Promise<number> {
  const ends = await Promise.all(
    mealIds.map((id) =>
      wait(today, `the end of ${id} is known`, async () => {
        const { status } = await look<{ status: string }>(today, today.operations, `/api/v1/meals/${id}`);
        return (status === 'SOLD' || status === 'UNEXPLAINED') && status;
      }),
    ),
  );
  const sold = ends.filter((end) => end === 'SOLD').length;
  today.tally.add('sold', sold);
  today.tally.add('unexplained', ends.length - sold);
  return sold;
}
