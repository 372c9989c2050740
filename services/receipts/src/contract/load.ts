import { batcher, type Outcome } from '@dabba/event-store';
import type { StoreDeps } from '@dabba/service-kit';
import { type Contract, contractRef, contractStream } from './contract.ts';

export type LoadContract = (clientId: string) => Promise<Contract>;

/** Contracts as they are now. Thousands of clients take turns, so those asked for together are read together. */
export function loadContracts({ store, pool }: Pick<StoreDeps, 'store' | 'pool'>): LoadContract {
  async function read(clients: readonly string[]): Promise<Outcome<Contract>[]> {
    const ids = clients.map((clientId) => contractRef(clientId).id);
    const { rows } = await pool.query<{ id: string; state: Contract }>({
      name: 'contracts',
      text: 'select id, state from dabba.streams where id = any($1) and state_rev = $2',
      values: [ids, contractStream.revision],
    });
    const states = new Map(rows.map(({ id, state }) => [id, state]));
    return Promise.all(
      clients.map(async (clientId) => {
        const ref = contractRef(clientId);
        // None, or one of an older revision, which the store folds again (E11).
        const value = states.get(ref.id) ?? (await store.load(ref)).state;
        return { ok: true as const, value };
      }),
    );
  }
  return batcher(read, { most: 500, linger: 2 });
}
