import { setMaxListeners } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { withRole } from '../../platform/credentials.ts';
import type { Ledger } from '../ledger.ts';
import type { Random } from '../random.ts';
import type { World } from '../world.ts';
import { type Commander, commander } from './commands.ts';
import type { FleetFridge } from './fleet.ts';
import { sessionOf } from './session.ts';

export interface LoadOptions {
  world: World;
  fleet: readonly FleetFridge[];
  ledger: Ledger;
  random: Random;
  /** Commands and facts a second that are offered. */
  rate: number;
}

export interface Load {
  /** Facts fridges have seen and the bridge may not have taken yet. */
  readonly observed: number;
  /** Stops offering; resolves when every command has its answer and every fact its acknowledgement. */
  finish(within: number): Promise<void>;
  /** Drops everything now. */
  abort(): void;
}

/** Meals in a lot. */
const quantity = 5;
/** What one lot brings with it: itself, its meals stocked and sold, a fridge command obeyed, two heartbeats. */
const perLot = 1 + 2 * quantity + 2 + 2;
const tick = 100;
/** Commands without an answer yet: more are not offered while the platform does not answer. */
const mostOpen = 300;

export function startLoad({ world, fleet, ledger, random, rate }: LoadOptions): Load {
  const giveUp = new AbortController();
  // Every request listens.
  setMaxListeners(0, giveUp.signal);
  const stopping = new AbortController();
  const metros = [...new Set(fleet.map(({ metro }) => metro))].map((metro) => {
    const session = (role: string) => {
      const [credential] = withRole(world.platform.credentials, role, metro);
      if (!credential) throw new Error(`Nobody is ${role} in ${metro}`);
      const { gateways } = world;
      return {
        credential,
        session: sessionOf({ gateways, credential, ledger, random, giveUp: giveUp.signal }),
      };
    };
    return {
      fridges: fleet.filter((one) => one.metro === metro),
      commander: commander({
        metro,
        kitchen: session('kitchen'),
        operations: session('operations').session,
        ledger,
        newKey: () => `faults-${++keys}`,
      }),
    };
  });
  let keys = 0;
  let lots = 0;
  let observed = 0;
  let failure: unknown;
  const running = new Set<Promise<void>>();

  function track(work: Promise<unknown>): void {
    const tracked: Promise<void> = work
      .then(() => {})
      .catch((error: unknown) => {
        failure ??= error;
      })
      .finally(() => running.delete(tracked));
    running.add(tracked);
  }

  /** One lot on its way from the kitchen into a fridge and out of it, and what else happens meanwhile. */
  function offer(): void {
    const metro = metros[lots++ % metros.length];
    const shelf = metro && random.pick(metro.fridges);
    if (!metro || !shelf) return;
    track(metro.commander.makeLot(quantity).then((meals) => stockAndSell(shelf, meals)));
    // All of a burst on one fridge, through both replicas: races between processes (E2, E6, E9).
    if (lots % 4 === 0) for (let n = 0; n < 4; n++) track(metro.commander.commandFridge(shelf.fridge.id));
    if (lots % 5 === 0) track(repeatLater(metro.commander));
    for (let n = 0; n < 2; n++) observed += random.pick(fleet)?.fridge.heartbeat(4).length ?? 0;
  }

  async function repeatLater(again: Commander): Promise<void> {
    await pause(random.next() * 3000);
    await again.repeat();
  }

  async function stockAndSell({ fridge }: FleetFridge, meals: readonly string[]): Promise<void> {
    observed += fridge.stock(meals).length;
    for (const meal of meals) {
      await pause(random.next() * 1000);
      // One in ten is left on the shelf.
      if (random.next() < 0.9) observed += fridge.sell(meal, 'cus_drill', 500 + random.below(900)).length;
    }
  }

  async function offerAll(): Promise<void> {
    const began = Date.now();
    while (!stopping.signal.aborted) {
      const due = ((Date.now() - began) / 1000) * (rate / perLot);
      while (lots < due && ledger.open < mostOpen) offer();
      // What found no room is not offered later: people go elsewhere.
      lots = Math.max(lots, Math.floor(due));
      await pause(tick);
    }
  }
  const offering = offerAll();

  return {
    get observed() {
      return observed;
    },
    async finish(within) {
      stopping.abort();
      await offering;
      const late = setTimeout(() => giveUp.abort(new Error('no answer in time')), within);
      while (running.size > 0) await Promise.all(running);
      const drained = Promise.all(fleet.map(({ fridge }) => fridge.drained()));
      const waiting = () => fleet.reduce((sum, { fridge }) => sum + fridge.pending, 0);
      await Promise.race([drained, once(giveUp.signal)]);
      clearTimeout(late);
      if (failure !== undefined) ledger.broken.push(`the load broke off: ${String(failure)}`);
      if (ledger.open > 0) ledger.broken.push(`promise 1: ${ledger.open} commands never got an answer`);
      if (waiting() > 0) ledger.broken.push(`B1: ${waiting()} facts were never acknowledged`);
    },
    abort() {
      stopping.abort();
      giveUp.abort();
    },
  };
}

function once(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
