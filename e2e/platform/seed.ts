import { service as identity, seedIdentity } from '@dabba/identity';
import { service as meals } from '@dabba/meals';
import { service as receipts } from '@dabba/receipts';
import { connect, type StoreService } from '@dabba/service-kit';

/** Demo people, fridges and contracts; run again it changes nothing. */
export async function seed(env: Readonly<Record<string, string>>): Promise<void> {
  const people = await connect(identity, { env });
  try {
    await seedIdentity(people.deps, env.DEMO_CREDENTIALS ?? '.dabba/demo-credentials.json');
  } finally {
    await people.close();
  }
  await Promise.all([meals, receipts].map((service) => seedOne(service, env)));
}

async function seedOne(service: StoreService, env: Readonly<Record<string, string>>): Promise<void> {
  const { deps, close } = await connect(service, { env });
  try {
    await service.seed?.(deps);
  } finally {
    await close();
  }
}
