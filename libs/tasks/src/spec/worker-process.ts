import { loadRegion } from '@dabba/contracts';
import { openStore } from '@dabba/event-store';
import pg from 'pg';
import { startTasks, type TaskHandler } from '../index.ts';
import { unlockHandler } from './unlock.ts';

/** A worker to be killed. Tells its parent where it is, and then never gets any further. */
const [, , databaseUrl = '', provider = ''] = process.argv;

const tell = (message: object): void => {
  process.send?.(message);
};

const pool = new pg.Pool({ connectionString: databaseUrl });
const hang: TaskHandler = {
  name: 'hang',
  parse: (payload) => payload,
  async run(_payload, { idempotencyKey, attempt }) {
    tell({ at: 'run', idempotencyKey, attempt });
    await new Promise(() => {});
  },
};
const handlers = [hang];
if (provider !== '') {
  const store = await openStore({ pool, region: loadRegion({}) });
  const beforeRecord = async (): Promise<void> => {
    tell({ at: 'called' });
    await new Promise(() => {});
  };
  handlers.push(unlockHandler({ store, provider, beforeRecord }));
}
await startTasks({ connectionString: databaseUrl, handlers });
tell({ at: 'started' });
