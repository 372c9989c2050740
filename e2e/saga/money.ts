/** As a service shows it. */
export interface Refund {
  amount: number;
  meal_subsidy: number;
  status: string;
}

/** Sums of decimals, to the cent. */
export function cents(amount: number): number {
  return Math.round(amount * 100) / 100;
}

/** What of a payment went back, or will. */
export function givenBack(refunds: readonly Refund[], of: 'amount' | 'meal_subsidy'): number {
  return cents(
    refunds.filter(({ status }) => status !== 'FAILED').reduce((sum, refund) => sum + refund[of], 0),
  );
}
