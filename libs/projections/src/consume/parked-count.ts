import type { Pool } from 'pg';

/** Milliseconds. Replays and discards happen in other processes, so it has to look. */
const interval = 5_000;

/** How many streams of a consumer are parked, seen every few seconds. */
export function countParked(pool: Pool, consumer: string) {
  let known = 0;
  let looking: Promise<void> = Promise.resolve();
  const look = async () => {
    try {
      const { rows } = await pool.query<{ count: number }>(
        'select count(*)::int as count from dabba.parked_streams where consumer = $1',
        [consumer],
      );
      known = rows[0]?.count ?? 0;
    } catch {
      // Postgres away is told elsewhere; the last figure stays.
    }
  };
  const again = () => {
    looking = look();
  };
  again();
  const timer = setInterval(again, interval);
  timer.unref();
  return {
    count: () => known,
    async stop() {
      clearInterval(timer);
      await looking;
    },
  };
}
