import type { Instant } from '@dabba/contracts';
import { DateTime } from 'luxon';
import type { Allowance } from './allowance.ts';

/** The period an instant lies in by the clock of the metro: `2026-11-21`, `2026-W47`, `2026-11`. */
export function periodOf(kind: Allowance['period'], at: Instant, zone: string): string {
  const there = DateTime.fromMillis(at, { zone });
  if (kind === 'WEEK') return there.toFormat("kkkk-'W'WW");
  return there.toFormat(kind === 'MONTH' ? 'yyyy-MM' : 'yyyy-MM-dd');
}
