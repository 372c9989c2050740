import type { Errand, Status } from './errand.ts';

/** What the people of an order do next, each time it is so far. */
const next: Readonly<Record<Status, (errand: Errand) => Promise<unknown>>> = {
  PENDING: (errand) => errand.pay(),
  PAID: (errand) => errand.turn('CONFIRMED'),
  CONFIRMED: (errand) => errand.cook('start'),
  PREPARING: (errand) => errand.cook('ready'),
  READY: (errand) => errand.cook('hand-over'),
  PICKED_UP: async () => {},
  COMPLETED: async () => {},
  CANCELLED: async () => {},
};

/** Takes an order as far as this, or to whichever end it comes before. */
export async function walk(errand: Errand, to: Status): Promise<Status> {
  for (let now = await errand.status(); ; ) {
    if (now === to || now === 'COMPLETED' || now === 'CANCELLED') return now;
    await next[now](errand);
    now = await errand.left(now);
  }
}
