import type { Doors } from '../doors.ts';

/** How far the slowest reader of facts is behind, so far as can be seen while servers are killed. */
export interface Backlog {
  readonly behind: number;
  close(): void;
}

const every = 1_000;

export function watchBacklog({ meals, kafka }: Doors): Backlog {
  let behind = 0;
  let isLooking = false;

  async function look(): Promise<void> {
    const { rows } = await meals.query<{ consumer: string; done: string }>(
      `select consumer, sum(next) as done from dabba.checkpoints where topic = 'fridge-facts' group by consumer`,
    );
    const offsets = await kafka.admin.offsets('fridge-facts');
    const there = offsets.reduce((sum, { high }) => sum + high, 0);
    behind = Math.max(0, ...rows.map(({ done }) => there - Number(done)));
  }

  const timer = setInterval(() => {
    if (isLooking) return;
    isLooking = true;
    // Away: what was seen last counts.
    look()
      .catch(() => {})
      .finally(() => {
        isLooking = false;
      });
  }, every);
  return {
    get behind() {
      return behind;
    },
    close: () => clearInterval(timer),
  };
}
