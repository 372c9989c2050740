import { migrateStore, type OpenStore, openStore, type Relay } from '@dabba/event-store';
import { createTables, migrateProjections } from '@dabba/projections';
import { migrateTasks } from '@dabba/tasks';
import { migrateOwn } from '../database/migrate.ts';
import { openDatabase } from '../database/open.ts';
import type { StoreDeps, StoreService } from '../types.ts';
import type { Base } from './base.ts';
import type { Parts } from './parts.ts';

export interface WithStore {
  deps: StoreDeps;
  store: OpenStore;
  close(): Promise<void>;
}

/** Database, migrations and event store; nothing that reads or writes by itself runs yet. */
export async function openWithStore(service: StoreService, base: Base, parts: Parts): Promise<WithStore> {
  const { log, region } = base.deps;
  const { pool, db, close } = await openDatabase(base.config, log);
  await migrateStore(pool);
  await migrateProjections(pool);
  await migrateTasks(pool, log);
  for (const model of service.readModels) await createTables(model, pool);
  if (service.migrations) await migrateOwn(pool, db, service.migrations);
  const store = await openStore({ pool, region, log });
  return {
    deps: { ...base.deps, store, db, pool, relay: relayOf(parts) },
    store,
    async close() {
      await store.close();
      await close();
    },
  };
}

/** Stands in for the relay where none runs (yet): commands work, their events wait in the store. */
function relayOf(parts: Parts): Relay {
  return {
    status: () => parts.relay?.status() ?? { leader: false, depth: 0, cursor: 0 },
    wake: () => parts.relay?.wake(),
    stop: async () => parts.relay?.stop(),
  };
}
