import type { Instant } from '@dabba/contracts';
import { DateTime } from 'luxon';

/** ISO 8601 with an offset. @throws RangeError */
export function instant(text: string): Instant {
  if (!/(?:Z|[+-]\d\d:?\d\d)$/.test(text)) throw new RangeError('A time without an offset');
  return millis(DateTime.fromISO(text));
}

/** What a clock on the wall of a zone shows; an hour that is there twice is the first. @throws RangeError */
export function localInstant(text: string, layout: string, zone: string): Instant {
  return millis(DateTime.fromFormat(text, layout, { zone, locale: 'en' }));
}

function millis(time: DateTime): Instant {
  if (!time.isValid) throw new RangeError('No time');
  return time.toMillis();
}
