import type { ClientBase, Pool } from 'pg';

/** Says of every row written to `table` how long after its `decided_at` the transaction that wrote it was committed. */
export function watchCommits(pool: Pool, table: string, onVisible: (milliseconds: number) => void): void {
  const watched = new WeakSet<ClientBase>();
  pool.on('acquire', (client) => {
    if (watched.has(client)) return;
    watched.add(client);
    const query: (...args: unknown[]) => unknown = client.query.bind(client);
    let written: number[] = [];
    const report = (result: unknown) => {
      const now = performance.timeOrigin + performance.now();
      for (const decided of written) onVisible(now - decided);
      written = [];
      return result;
    };
    Object.assign(client, {
      query(...args: unknown[]) {
        const [text, values] = args;
        if (typeof text === 'string' && text.startsWith('insert into') && text.includes(`"${table}"`))
          written.push(...instants(values));
        const answer = query(...args);
        return text === 'commit' && answer instanceof Promise ? answer.then(report) : answer;
      },
    });
  });
}

/** The only numbers of thirteen digits in such a statement are UTC milliseconds. */
function instants(values: unknown): number[] {
  return [...JSON.stringify(values).matchAll(/(?<!\d)\d{13}(?!\d)/g)].map(([digits]) => Number(digits));
}
