import type { PlainService, Service, ServiceDeps, StoreDeps, StoreService } from '../types.ts';
import { makeBase } from './base.ts';
import { hasStore } from './define.ts';
import type { Connected, StartOptions } from './options.ts';
import { openWithStore } from './store.ts';

/** A service's dependencies without anything running: for the CLI, seeds and scripts. Migrates the database. */
export function connect(service: StoreService, options?: StartOptions): Promise<Connected<StoreDeps>>;
export function connect(service: PlainService, options?: StartOptions): Promise<Connected<ServiceDeps>>;
export async function connect(
  service: Service,
  options: StartOptions = {},
): Promise<Connected<StoreDeps> | Connected<ServiceDeps>> {
  const base = makeBase(service, options);
  if (!hasStore(service)) return base;
  const { deps, close } = await openWithStore(service, base, { consumers: [], stopping: false });
  return {
    deps,
    async close() {
      await close();
      await base.close();
    },
  };
}
