import { service as catalog } from '@dabba/catalog';
import { service as identity, seedIdentity } from '@dabba/identity';
import { service as inventory } from '@dabba/inventory';
import { service as meals } from '@dabba/meals';
import { service as payments } from '@dabba/payments';
import { service as receipts } from '@dabba/receipts';
import { connect, type StoreService } from '@dabba/service-kit';

const everybody: readonly StoreService[] = [meals, receipts, catalog, inventory, payments];

/** Demo people, fridges, contracts, vendors with their menus and stock, and who pays; run again it changes nothing. */
export async function seed(
  env: Readonly<Record<string, string>>,
  services: readonly StoreService[] = everybody,
): Promise<void> {
  const people = await connect(identity, { env });
  try {
    await seedIdentity(people.deps, env.DEMO_CREDENTIALS ?? '.dabba/demo-credentials.json');
  } finally {
    await people.close();
  }
  await Promise.all(services.map((service) => seedOne(service, env)));
}

async function seedOne(service: StoreService, env: Readonly<Record<string, string>>): Promise<void> {
  const { deps, close } = await connect(service, { env });
  try {
    await service.seed?.(deps);
  } finally {
    await close();
  }
}
