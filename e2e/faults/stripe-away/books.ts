import type { Client } from '../../platform/client.ts';

/** What `GET /api/v1/reconciliation` said while the provider was away. */
export interface Books {
  asked: number;
  unexplainedAtMost: number;
}

/** Asks twice a minute between `watch` and `end`. Books that wait for somebody do not differ. */
export function watchBooks(operations: Client) {
  const seen: Books = { asked: 0, unexplainedAtMost: 0 };
  const broken: string[] = [];
  let timer: NodeJS.Timeout | undefined;
  interface Report {
    unexplained: number;
    differences: { kind: string; payment_id: string | null }[];
  }
  async function ask(): Promise<void> {
    const { status, body } = await operations.get<Report>('/api/v1/reconciliation');
    seen.asked += 1;
    if (status !== 200) {
      broken.push(`no books without the provider: ${status}`);
      return;
    }
    seen.unexplainedAtMost = Math.max(seen.unexplainedAtMost, body.unexplained);
    for (const { kind, payment_id } of body.differences) {
      const what = `unexplained while the provider was away: ${kind} ${payment_id}`;
      if (!broken.includes(what)) broken.push(what);
    }
  }
  return {
    seen,
    broken,
    watch() {
      timer = setInterval(() => {
        ask().catch((error: unknown) => broken.push(String(error)));
      }, 30_000);
    },
    end: () => clearInterval(timer),
  };
}
