import type { TestTokens } from '@dabba/testing';
import { Pool } from 'undici';

const terms = JSON.stringify({
  mode: 'READ_WRITE',
  metro: 'sfo',
  quota_per_minute: 1_000_000,
  valid_from: '2020-01-01T00:00:00Z',
  valid_to: null,
});

/** Signs so many clients up, as operations do, and gives each a token. */
export async function signClients(
  url: string,
  tokens: TestTokens,
  count: number,
): Promise<{ bearers: string[]; perSecond: number }> {
  const pool = new Pool(url, { connections: 64 });
  const authorization = await tokens.bearer(['admin'], { metro: null });
  const ids = Array.from({ length: count }, (_, n) => `client_${n}`);
  let next = 0;
  const sign = async () => {
    for (let id = ids[next++]; id !== undefined; id = ids[next++]) {
      const { statusCode, body } = await pool.request({
        method: 'PUT',
        path: `/api/v1/receipt-contracts/${id}`,
        headers: { authorization, 'content-type': 'application/json' },
        body: terms,
      });
      await body.dump();
      if (statusCode !== 200) throw new Error(`a contract could not be signed: ${statusCode}`);
    }
  };
  const began = performance.now();
  await Promise.all(Array.from({ length: 64 }, sign));
  const perSecond = count / ((performance.now() - began) / 1000);
  await pool.close();
  const bearers: string[] = [];
  for (const id of ids)
    bearers.push(await tokens.bearer(['receipts:write'], { kind: 'machine', sub: id, metro: null }));
  return { bearers, perSecond };
}
