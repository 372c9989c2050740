import { service as identity, seedIdentity } from '@dabba/identity';
import { service as meals } from '@dabba/meals';
import { connect } from '@dabba/service-kit';

/** Demo people and fridges; run again it changes nothing. */
export async function seed(env: Readonly<Record<string, string>>): Promise<void> {
  const people = await connect(identity, { env });
  try {
    await seedIdentity(people.deps, env.DEMO_CREDENTIALS ?? '.dabba/demo-credentials.json');
  } finally {
    await people.close();
  }
  const fridges = await connect(meals, { env });
  try {
    await meals.seed?.(fridges.deps);
  } finally {
    await fridges.close();
  }
}
