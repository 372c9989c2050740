import { join } from 'node:path';
import { loadRegion, metroOf } from '@dabba/contracts';
import { withRole } from '../../platform/credentials.ts';
import type { Platform } from '../../platform/platform.ts';
import { Fridge } from '../../simulators/fridge/index.ts';

export interface FleetFridge {
  fridge: Fridge;
  metro: string;
  currency: string;
}

/** Every seeded fridge, connected; their journals are the ledger of facts. */
export function openFleet({ credentials, mqttUrl }: Platform, journals: string): FleetFridge[] {
  const region = loadRegion();
  return withRole(credentials, 'fridge').flatMap((credential) => {
    const { fridge_id: fridgeId } = credential.ids;
    if (fridgeId === undefined || credential.metro === null || !('client_id' in credential)) return [];
    const { id: metro, currency } = metroOf(region, credential.metro);
    const fridge = new Fridge({
      url: mqttUrl,
      clientId: credential.client_id,
      clientSecret: credential.client_secret,
      metro,
      fridgeId,
      currency,
      journal: join(journals, `${fridgeId}.jsonl`),
    });
    fridge.reconnect();
    return [{ fridge, metro, currency }];
  });
}
