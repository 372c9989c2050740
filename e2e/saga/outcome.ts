/** How a cell ended, or has to end; amounts in the currency, units of what was counted. */
export interface Outcome {
  order: string;
  /** Why it was cancelled. */
  reason: string | null;
  /** Units kept for it, paid or not. */
  reserved: number;
  /** Of five, at the stall that nobody but this order buys from. */
  onHand: number;
  /** Captured less what went back, by payments' own books. */
  net: number;
  ticket: string;
  /** Of the customer's allowance, which nothing else uses. */
  subsidyUsed: number;
  /** HTTP status that the one got who did what the column says; null where nobody asks for anything. */
  answered: number | null;
}

/** What was read, and what the provider itself says of the same money. */
export interface Seen extends Outcome {
  netAtProvider: number;
  /** Charges the provider captured for it. */
  charges: number;
  /** Orders its customer has. */
  orders: number;
}

/** Why this is no lawful end; empty: it is one. Pure. */
export function unlawful(seen: Seen | undefined, lawful: readonly Outcome[]): readonly string[] {
  if (seen === undefined) return ['nothing was read'];
  const { netAtProvider, charges, orders, ...outcome } = seen;
  const told = [
    ...(netAtProvider === seen.net ? [] : [`the provider holds ${netAtProvider}, not ${seen.net}`]),
    ...(charges > 1 ? [`charged ${charges} times`] : []),
    ...(orders === 1 ? [] : [`${orders} orders, not one`]),
  ];
  const ways = lawful.map((one) => differing(outcome, one));
  const [closest = ['no outcome is declared']] = ways.sort((one, other) => one.length - other.length);
  return [...closest, ...told];
}

function differing(seen: Outcome, lawful: Outcome): string[] {
  const wanted = new Map<string, unknown>(Object.entries(lawful));
  return Object.entries(seen)
    .filter(([name, value]) => wanted.get(name) !== value)
    .map(([name, value]) => `${name} is ${value}, not ${wanted.get(name)}`);
}
