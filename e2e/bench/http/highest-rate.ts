/**
 * The highest rate a run still holds: climbs by half as much again until one fails, then narrows the step down twice.
 * 0 when not even the first holds.
 */
export async function highestRate(first: number, holds: (rate: number) => Promise<boolean>): Promise<number> {
  let best = 0;
  let rate = first;
  while (await holds(rate)) {
    best = rate;
    rate = Math.round(rate * 1.5);
  }
  if (best === 0) return 0;
  let failed = rate;
  for (let narrowed = 0; narrowed < 2; narrowed++) {
    const middle = Math.round((best + failed) / 2);
    if (await holds(middle)) best = middle;
    else failed = middle;
  }
  return best;
}
