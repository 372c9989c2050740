import type { Reaction, ReadModel } from '@dabba/projections';
import { type Connected, connect, type StoreDeps, type StoreService } from '@dabba/service-kit';
import { Failed } from './print.ts';

/** Every service with a database of its own. Imported when it is asked for: each brings a second's worth of code. */
const stores = new Map<string, () => Promise<StoreService>>([
  ['identity', async () => (await import('@dabba/identity')).service],
  ['meals', async () => (await import('@dabba/meals')).service],
  ['receipts', async () => (await import('@dabba/receipts')).service],
  ['catalog', async () => (await import('@dabba/catalog')).service],
  ['inventory', async () => (await import('@dabba/inventory')).service],
  ['orders', async () => (await import('@dabba/orders')).service],
  ['payments', async () => (await import('@dabba/payments')).service],
  ['kitchen', async () => (await import('@dabba/kitchen')).service],
]);

export async function* storeServices(): AsyncGenerator<StoreService> {
  for (const load of stores.values()) yield await load();
}

/** Runs `work` with a service's dependencies and closes them again. */
export async function withService<R>(
  service: StoreService,
  work: (deps: StoreDeps) => Promise<R>,
): Promise<R> {
  const connected: Connected<StoreDeps> = await connect(service, {
    env: { LOG_LEVEL: 'silent', ...process.env },
  });
  try {
    return await work(connected.deps);
  } finally {
    await connected.close();
  }
}

export function serviceNamed(name: string): Promise<StoreService> {
  const load = stores.get(name);
  if (load) return load();
  throw new Failed(`No service ${name} with a store; there are ${[...stores.keys()].join(', ')}`);
}

export async function readModelNamed(name: string): Promise<{ service: StoreService; model: ReadModel }> {
  const names: string[] = [];
  for await (const service of storeServices()) {
    const model = service.readModels.find((candidate) => candidate.name === name);
    if (model) return { service, model };
    names.push(...service.readModels.map((other) => other.name));
  }
  throw new Failed(`No read model ${name}; there are ${names.join(', ')}`);
}

/** The service whose read model or reaction has this name. */
export async function withConsumer<R>(
  name: string,
  work: (consumer: ReadModel | Reaction, deps: StoreDeps) => Promise<R>,
): Promise<R> {
  for await (const service of storeServices()) {
    const found = await withService(service, async (deps) => {
      const consumer = [...service.readModels, ...(service.reactions?.(deps) ?? [])].find(
        (each) => each.name === name,
      );
      return consumer && { result: await work(consumer, deps) };
    });
    if (found) return found.result;
  }
  throw new Failed(`No read model or reaction ${name}`);
}
