import type { StoreDeps } from '@dabba/service-kit';
import { archiveOf } from '../archive/index.ts';
import { dayOf } from '../intake/arrival.ts';
import type { Format } from '../types/port.ts';
import { acknowledgement, acknowledgementsOf } from './acknowledgements.ts';
import type { Acknowledgement } from './bundle.ts';

/** What is kept of a receipt besides its state. */
export interface Kept {
  format: Format;
  raw: Buffer;
  acknowledgements: Acknowledgement[];
}

/** From hot tables, or from the archive once its day is there; undefined where it is in neither. */
export async function keptOf(
  deps: Pick<StoreDeps, 'store' | 'pool' | 'env'>,
  id: string,
): Promise<Kept | undefined> {
  // Read first: what is in the inbox afterwards, of a day that is not archived, has lost none of them.
  const acknowledgements = await acknowledgementsOf(deps.pool, id);
  const { rows } = await deps.pool.query<{ format: Format; raw: Buffer }>({
    name: 'kept-in-inbox',
    text: `select format, raw from inbox where received_on = $1 and id = $2
              and not exists (select from archived_days where day = $1)`,
    values: [dayOf(id), id],
  });
  const [row] = rows;
  if (row) return { ...row, acknowledgements };
  const archived = await archiveOf(deps).find(id);
  if (!archived) return undefined;
  const { format, raw } = archived;
  const said = archived.acknowledgements.flatMap(({ authority, outcome, answered_at: at, body }) =>
    outcome === 'REGISTERED' || outcome === 'REFUSED'
      ? [acknowledgement({ authority, outcome, at, body })]
      : [],
  );
  return { format, raw, acknowledgements: said };
}
