import type { Phase, Placed, Told } from './patrons.ts';

/** Milliseconds. */
export interface Answered {
  orders: number;
  /** As answers had them. */
  payments: Readonly<Record<string, number>>;
  askedAgain: number;
  p50: number;
  p99: number;
  max: number;
}

export function answered({ placed, latency, askedAgain }: Told, phase: Phase): Answered {
  const mine = placed.filter((one) => one.phase === phase);
  const payments: Record<string, number> = {};
  for (const { payment } of mine) payments[payment] = (payments[payment] ?? 0) + 1;
  const times = latency[phase];
  const [p50, p99, max] = [times.p(50), times.p(99), times.max()].map(Math.round);
  return {
    orders: mine.length,
    payments,
    askedAgain: askedAgain[phase],
    p50: p50 ?? 0,
    p99: p99 ?? 0,
    max: max ?? 0,
  };
}

/** Of whoever ordered while the provider was away: seconds from its return until they had paid. */
export function laterOf(placed: readonly Placed[], back: number) {
  const later = placed
    .flatMap(({ phase, paidAt }) => (phase === 'away' && paidAt !== undefined ? (paidAt - back) / 1_000 : []))
    .sort((a, b) => a - b);
  const shown = (at: number) => Math.round((later[at] ?? 0) * 10) / 10;
  return { people: later.length, median: shown(later.length >> 1), max: shown(later.length - 1) };
}
