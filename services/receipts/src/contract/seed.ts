import { isRefusal } from '@dabba/event-store';
import type { StoreDeps } from '@dabba/service-kit';
import { contractRef } from './contract.ts';

/** Of each metro a client that hands receipts in and one that reads; they sign in as `till_<metro>` and `audit_<metro>`. */
export async function seedContracts({ store, region, now }: StoreDeps): Promise<void> {
  for (const { id: metro } of region.metros)
    for (const [clientId, mode] of [
      [`till_${metro}`, 'READ_WRITE'],
      [`audit_${metro}`, 'READ'],
    ] as const) {
      const terms = { clientId, mode, metro, quotaPerMinute: 60_000, validFrom: 0, validTo: null };
      const signed = await store.execute(
        contractRef(clientId, metro),
        (contract) =>
          contract === null ? [{ type: 'ReceiptContractSigned', data: { ...terms, signedAt: now() } }] : [],
        { actor: 'seed', now: now() },
      );
      if (isRefusal(signed)) throw new Error(`The contract of ${clientId}: ${signed.detail}`);
    }
}
