import { askTogether } from '@dabba/event-store';
import type { App, StoreDeps } from '@dabba/service-kit';
import { Counter, Registry } from 'prom-client';
import { outletAt, readOutlet } from '../offer/find.ts';
import { orderRef } from '../order/order.ts';
import { notesOf, readNotes } from '../place/notes.ts';
import { PaidOrders, type Written } from './paid-orders.ts';

/** What belongs beside an order may be as old. */
const age = 60_000;

/** @param most orders kept at most @param app where the hit ratio is to be seen */
export function openPaidOrders(
  { store, pool, now }: Pick<StoreDeps, 'store' | 'pool' | 'now'>,
  most: number,
  app?: App,
): PaidOrders {
  const reads = new Counter({
    name: 'dabba_orders_paid_reads_total',
    help: 'Reads of single paid orders: hit, from memory; miss, from the store',
    labelNames: ['result'],
    registers: [app?.metrics ?? new Registry()],
  });
  return new PaidOrders({
    ...{ now, most, age },
    told: (result) => reads.inc({ result }),
    async written(after) {
      const { rows } = await pool.query<{ position: string; streams: string[] }>({
        name: 'orders-written',
        text: `select coalesce((select max(position) from dabba.events), 0) as position,
                      array(select distinct stream from dabba.events where position > $1) as streams`,
        values: [after],
      });
      const [row] = rows;
      const written: Written = { position: Number(row?.position ?? 0), streams: row?.streams ?? [] };
      return written;
    },
    async read(id) {
      const { state: order } = await store.load(orderRef(id, ''));
      if (order === null) return undefined;
      if (order.payment === null) return { order };
      const [[outlet] = [], [notes] = []] = await askTogether(pool, [outletAt(order.outletId), notesOf(id)]);
      return { order, beside: { outlet: readOutlet(outlet), notes: readNotes(notes) } };
    },
  });
}
