import type { StoreDeps } from '@dabba/service-kit';
import { type Contract, contractRef } from './contract.ts';
import { loadContracts } from './load.ts';

const first = contractRef('').id;

/** So many clients after this one, in the order of their names, with what was agreed. */
export async function listContracts(
  deps: Pick<StoreDeps, 'store' | 'pool'>,
  after: string,
  limit: number,
): Promise<[string, NonNullable<Contract>][]> {
  const { rows } = await deps.pool.query<{ id: string }>({
    name: 'list-contracts',
    // As a literal, so that the index of ids is read from here to the end of contracts and no further.
    text: `select id from dabba.streams where id like '${first}%' and id > $1 order by id limit $2`,
    values: [contractRef(after).id, limit],
  });
  const load = loadContracts(deps);
  const found = await Promise.all(
    rows.map(async ({ id }): Promise<[string, Contract]> => {
      const client = id.slice(first.length);
      return [client, await load(client)];
    }),
  );
  return found.flatMap(([client, contract]) => (contract ? [[client, contract]] : []));
}
