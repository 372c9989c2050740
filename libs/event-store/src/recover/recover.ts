import { type IncomingRecord, type Kafka, metaOf, type SchemaRegistry } from '@dabba/kafka';
import type { Pool } from 'pg';
import { identify } from '../postgres/identity.ts';
import { rows } from '../postgres/query.ts';
import { compareWithKafka, idsAt, ownRecords, type Sources } from '../relay/compare.ts';
import { importRecords, PositionTaken } from './import.ts';
import { moveAside, raiseSequence } from './positions.ts';

export interface RecoverOptions {
  pool: Pool;
  kafka: Kafka;
  registry: SchemaRegistry;
  /** Decision topics this store's events went to. */
  topics: readonly string[];
}

export interface RecoverReport {
  imported: number;
  /** New events get positions above this one. */
  position: number;
}

/**
 * Imports what Kafka holds and the store lost (K6): events as they were, stream rows to be folded again at the next
 * load, positions moved past them. May be broken off and started again, and run while the service refuses commands.
 * @throws StoreDiverged when the store went on with a stream in another way after it was restored
 */
export async function recoverStore(
  options: RecoverOptions,
  onProgress: (imported: number) => void = () => {},
): Promise<RecoverReport> {
  const { pool, kafka, topics } = options;
  const { source, previous } = await identify(pool);
  const sources: Sources = { source, previousSources: previous };
  let imported = 0;
  const count = (more: number) => {
    imported += more;
    onProgress(imported);
  };
  for (;;) {
    const { behind, published } = await compareWithKafka(pool, kafka, topics, sources);
    // First of all, so that nothing decided from now on can take a position that is on Kafka.
    const position = await raiseSequence(pool, Math.max(0, ...published.values()));
    if (behind === undefined) {
      await rows(pool, { text: 'update dabba.relay_cursor set recover = null' });
      return { imported, position };
    }
    try {
      await importAll(options, sources, count);
    } catch (error) {
      if (!(error instanceof PositionTaken)) throw error;
      await moveAside(pool, await highestCommon(options, sources));
    }
  }
}

async function importAll(
  options: RecoverOptions,
  sources: Sources,
  count: (imported: number) => void,
): Promise<void> {
  await readOwn(options, sources, async (records) => {
    count(await importRecords(options.pool, options.registry, records));
  });
}

/** The last position at which store and Kafka have the same event. */
async function highestCommon(options: RecoverOptions, sources: Sources): Promise<number> {
  let highest = 0;
  await readOwn(options, sources, async (records) => {
    const metas = records.map(metaOf);
    const known = await idsAt(
      options.pool,
      metas.map(({ position }) => position),
    );
    for (const { position, id } of metas)
      if (known.get(position) === id) highest = Math.max(highest, position);
  });
  return highest;
}

async function readOwn(
  { kafka, topics }: RecoverOptions,
  sources: Sources,
  onRecords: (records: readonly IncomingRecord[]) => Promise<void>,
): Promise<void> {
  const isOurs = ownRecords(sources);
  for (const topic of topics) {
    const offsets = await kafka.admin.offsets(topic);
    await kafka.read({
      topic,
      ranges: new Map(offsets.map(({ partition, low, high }) => [partition, { from: low, to: high }])),
      async onBatch({ records }) {
        const ours = records.filter(isOurs);
        if (ours.length > 0) await onRecords(ours);
      },
    });
  }
}
