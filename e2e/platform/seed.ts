import { service as catalog } from '@dabba/catalog';
import { service as identity, seedIdentity } from '@dabba/identity';
import { service as inventory } from '@dabba/inventory';
import { service as meals } from '@dabba/meals';
import { service as payments } from '@dabba/payments';
import { service as receipts } from '@dabba/receipts';
import { connect, type StoreDeps, type StoreService } from '@dabba/service-kit';

const everybody: readonly StoreService[] = [meals, receipts, catalog, inventory, payments];

/** Registers everybody, and keeps their credentials in the file. */
type SeedPeople = (deps: StoreDeps, file: string) => Promise<unknown>;

/** Demo people, fridges, contracts, vendors with their menus and stock, and who pays; run again it changes nothing. */
export async function seed(
  env: Readonly<Record<string, string>>,
  services: readonly StoreService[] = everybody,
  seedPeople: SeedPeople = seedIdentity,
): Promise<void> {
  const file = env.DEMO_CREDENTIALS ?? '.dabba/demo-credentials.json';
  const people: StoreService = { ...identity, seed: async (deps) => void (await seedPeople(deps, file)) };
  await Promise.all([people, ...services].map((service) => seedOne(service, env)));
}

async function seedOne(service: StoreService, env: Readonly<Record<string, string>>): Promise<void> {
  const { deps, close } = await connect(service, { env });
  try {
    await service.seed?.(deps);
  } finally {
    await close();
  }
}
