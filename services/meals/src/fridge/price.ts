import type { Instant, Metro } from '@dabba/contracts';

type Markdown = NonNullable<Metro['markdown']>;

/** What a meal costs now. Minor units, halves rounded up; between nothing and the full price. */
export function priceNow(full: number, expiresAt: Instant, now: Instant, rule: Markdown | undefined): number {
  if (rule === undefined || now < expiresAt - rule.hours * 3_600_000) return full;
  const percent = Math.min(100, Math.max(0, rule.percent));
  return Math.floor((full * (100 - percent)) / 100 + 0.5);
}
