import { readEvents } from '@dabba/kafka';
import { type Imbalance, imbalances, LogLedger, ledgersBy, lotLedger } from '@dabba/meals/ledger';
import type { StoreDeps } from '@dabba/service-kit';

export interface LedgerReport {
  balanced: boolean;
  lots: number;
  meals: number;
  events: number;
  imbalances: Imbalance[];
}

type Ledgers = Awaited<ReturnType<typeof ledgersBy>>;

/**
 * Folds the topic `meals` in memory up to where the read model stands, and compares lot by lot (P7).
 * @param lot only this one
 */
export async function verifyLedger(
  deps: Pick<StoreDeps, 'db' | 'kafka' | 'registry'>,
  lot?: string,
): Promise<LedgerReport> {
  const { ends, rows } = await snapshot(deps.db, lot);
  const log = new LogLedger();
  let events = 0;
  await deps.kafka.read({
    topic: 'meals',
    ranges: new Map(ends.map(({ partition, next }) => [partition, { from: 0, to: Number(next) }])),
    async onBatch({ records }) {
      for (const read of await readEvents(records, deps.registry)) {
        if ('error' in read) throw read.error;
        if (!read.event) continue;
        log.take(read.event);
        events += 1;
      }
    },
  });
  const logged = new Map([...log.lots()].filter(([id]) => lot === undefined || id === lot));
  const folded = new Map(rows.map(({ key, produced: _all, ...ledger }) => [key, ledger]));
  const found = imbalances(logged, folded);
  const meals = rows.reduce((sum, { produced }) => sum + produced, 0);
  return { balanced: found.length === 0, lots: logged.size, meals, events, imbalances: found };
}

/** Rows and checkpoints of one instant, so that what is folded meanwhile is no difference. */
function snapshot(db: StoreDeps['db'], lot: string | undefined) {
  return db.transaction(
    async (one): Promise<{ ends: { partition: number; next: string }[]; rows: Ledgers }> => ({
      ends: await one('dabba.checkpoints')
        .where({ consumer: lotLedger.name, topic: 'meals' })
        .select('partition', 'next'),
      rows: await ledgersBy(one, 'lot', lot === undefined ? {} : { lotId: lot }),
    }),
    { isolationLevel: 'repeatable read', readOnly: true },
  );
}
