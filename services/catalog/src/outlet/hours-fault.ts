import { type Refusal, refuse } from '@dabba/event-store';
import { DateTime } from 'luxon';
import type { Hours } from './outlet.ts';

/** 422 for a date there is none of, one that is given twice, or half an exception. */
export function hoursFault({ exceptions }: Hours): Refusal | undefined {
  const dates = new Set<string>();
  for (const [index, { date, opens, closes }] of exceptions.entries()) {
    const extra = { pointer: `/exceptions/${index}` };
    if (!DateTime.fromISO(date, { zone: 'utc' }).isValid)
      return refuse(422, 'date-unknown', `There is no day ${date}`, extra);
    if (dates.has(date)) return refuse(422, 'date-twice', `${date} is there twice`, extra);
    dates.add(date);
    if ((opens === null) !== (closes === null))
      return refuse(422, 'half-a-day', `${date} opens or closes but does not do both`, extra);
  }
  return undefined;
}
