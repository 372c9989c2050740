import type { Metro, Region } from '@dabba/contracts';
import { type Refusal, refuse } from '@dabba/event-store';
import type { Principal } from '../types.ts';

/** The metro a command is for: the caller's own, or the one named by a caller who works in all of them. */
export function homeMetro(region: Region, { metro: own }: Principal, wanted?: string): Metro | Refusal {
  if (own !== undefined && wanted !== undefined && own !== wanted)
    return refuse(403, 'other-metro', `You work in ${own}, not in ${wanted}`, { pointer: '/metro' });
  const id = own ?? wanted;
  if (id === undefined) return refuse(422, 'metro-missing', 'Say for which metro', { pointer: '/metro' });
  const metro = region.metros.find((candidate) => candidate.id === id);
  return metro ?? refuse(422, 'metro-unknown', `No metro ${id} here`, { pointer: '/metro' });
}
