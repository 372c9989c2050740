import { defineService } from '@dabba/service-kit';
import { principalStream } from './principal/principal.ts';
import { principalRoutes } from './principal/routes.ts';
import { principalList } from './read-models/principal-list.ts';
import { credentialsFile } from './seed/credentials-file.ts';
import { seedIdentity } from './seed/seed-identity.ts';
import { tokenRoutes } from './token/routes.ts';

export { agreementFile } from './seed/agreement.ts';
export { seedIdentity } from './seed/seed-identity.ts';

/** Who may act, and the tokens that say so. */
export const service = defineService({
  name: 'identity',
  port: { variable: 'IDENTITY_PORT', fallback: 5011 },
  streams: [principalStream],
  readModels: [principalList],
  migrations: new URL('./migrations/', import.meta.url),
  async routes(app, deps) {
    principalRoutes(app, deps);
    await tokenRoutes(app, deps);
  },
  async seed(deps) {
    await seedIdentity(deps, credentialsFile(deps.env));
  },
});
