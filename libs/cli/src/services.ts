import { service as identity } from '@dabba/identity';
import { service as meals } from '@dabba/meals';
import type { Reaction, ReadModel } from '@dabba/projections';
import { service as receipts } from '@dabba/receipts';
import { type Connected, connect, type StoreDeps, type StoreService } from '@dabba/service-kit';
import { Failed } from './print.ts';

/** Every service with a database of its own. */
export const storeServices: readonly StoreService[] = [identity, meals, receipts];

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

export function serviceNamed(name: string): StoreService {
  const found = storeServices.find((service) => service.name === name);
  if (found) return found;
  throw new Failed(
    `No service ${name} with a store; there are ${storeServices.map((each) => each.name).join(', ')}`,
  );
}

export function readModelNamed(name: string): { service: StoreService; model: ReadModel } {
  for (const service of storeServices) {
    const model = service.readModels.find((candidate) => candidate.name === name);
    if (model) return { service, model };
  }
  const names = storeServices.flatMap(({ readModels }) => readModels.map((model) => model.name));
  throw new Failed(`No read model ${name}; there are ${names.join(', ')}`);
}

/** The service whose read model or reaction has this name. */
export async function withConsumer<R>(
  name: string,
  work: (consumer: ReadModel | Reaction, deps: StoreDeps) => Promise<R>,
): Promise<R> {
  for (const service of storeServices) {
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
