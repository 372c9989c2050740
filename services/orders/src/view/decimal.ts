/** Minor units as JSON shows them. */
export function decimal(minor: number): number {
  return minor / 100;
}
