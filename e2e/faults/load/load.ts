import { setMaxListeners } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { demoCapacity } from '@dabba/meals/demo-capacity';
import { type DemoCredential, firstWithRole, withRole } from '../../platform/credentials.ts';
import type { Ledger } from '../ledger.ts';
import type { Random } from '../random.ts';
import type { World } from '../world.ts';
import { callerOf } from './caller.ts';
import { type Commander, commander } from './commands.ts';
import type { FleetFridge } from './fleet.ts';
import { Pressure } from './pressure.ts';
import { senderOf } from './sender.ts';
import { type Shoppers, shoppers } from './shoppers.ts';

export interface LoadOptions {
  world: World;
  fleet: readonly FleetFridge[];
  ledger: Ledger;
  random: Random;
  /** Commands and facts a second that are offered. */
  rate: number;
  /** Whether the platform has room for more. */
  hasRoom(): boolean;
}

export interface Load {
  /** Facts fridges have seen, but for those of doors and commands. */
  readonly observed: number;
  /** Facts that nobody has taken yet, and doors that stand open. */
  readonly waiting: number;
  /** Stops offering; resolves when every command has its answer and every fact its acknowledgement. */
  finish(within: number): Promise<void>;
  /** Drops everything now. */
  abort(): void;
}

interface Metro {
  fridges: readonly FleetFridge[];
  commander: Commander;
  shoppers: Shoppers;
}

/** Meals in a lot. */
const quantity = 12;
/** Of a lot's meals, how many are bought at a door, so far as people find one open. */
const atDoors = 0.12;
/**
 * What one lot brings with it: itself, its meals stocked and sold, a fridge command obeyed, two heartbeats, a
 * customer at a door (a session; an OPEN obeyed, a door opened and closed, if it is lawful), and every third time its trips
 * and a return.
 */
const perLot = 1 + 2 * quantity + 2 + 2 + 3 + (quantity + 1) / 3;
const tick = 100;
/** Facts that nobody has taken yet: more are not offered meanwhile. */
const mostWaiting = 4_000;
/** Of each metro; each signs in, and identity hashes slowly on purpose. */
const customers = 6;

export function startLoad({ world, fleet, ledger, random, rate, hasRoom }: LoadOptions): Load {
  const giveUp = new AbortController();
  // Every request listens.
  setMaxListeners(0, giveUp.signal);
  const stopping = new AbortController();
  let keys = 0;
  let lots = 0;
  let observed = 0;
  let failure: unknown;
  const running = new Set<Promise<void>>();
  const pressure = new Pressure();
  const sender = senderOf(ledger, () => `faults-${++keys}`);
  const metros = [...new Set(fleet.map(({ metro }) => metro))].map((metro): Metro => {
    const { gateways, platform } = world;
    const calling = (credential: DemoCredential) =>
      callerOf({ gateways, credential, ledger, pressure, random, giveUp: giveUp.signal });
    const one = (role: string) => calling(firstWithRole(platform.credentials, role, metro));
    const fridges = fleet.filter((each) => each.metro === metro);
    const [kitchen, courier, operations] = [one('kitchen'), one('courier'), one('operations')];
    const buyers = withRole(platform.credentials, 'customer', metro).slice(0, customers).map(calling);
    return {
      fridges,
      commander: commander({ metro, kitchen, courier, operations, sender, random }),
      shoppers: shoppers({ metro, fridges, customers: buyers, sender, random }),
    };
  });
  // A fridge that was never heard opens to nobody.
  for (const { fridge } of fleet) observed += fridge.heartbeat(4).length;

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
    track(lots % 3 === 0 ? byCourier(metro) : straight(metro));
    // All of a burst on one fridge, through both replicas: races between processes (E2, E6, E9).
    if (lots % 4 === 0) for (let n = 0; n < 4; n++) track(metro.commander.commandFridge(shelf.fridge.id));
    if (lots % 5 === 0) track(repeatLater());
    track(metro.shoppers.visit(shelf));
    for (let n = 0; n < 2; n++) observed += random.pick(fleet)?.fridge.heartbeat(4).length ?? 0;
  }

  async function repeatLater(): Promise<void> {
    await pause(random.next() * 3000);
    await sender.repeat();
  }

  async function straight(metro: Metro): Promise<void> {
    await stockAndSell(metro, await metro.commander.makeLot(quantity));
  }

  /** Recorded trips; one meal in five comes back. */
  async function byCourier(metro: Metro): Promise<void> {
    const [back, ...meals] = await metro.commander.makeLot(quantity);
    await Promise.all([back, ...meals].map((meal) => meal && metro.commander.ship(meal)));
    if (back !== undefined) await metro.commander.bringBack(back);
    await stockAndSell(metro, meals);
  }

  /** Into the fridge with the most room; what finds none stays in the kitchen, for a fridge too full raises an alarm. */
  async function stockAndSell({ fridges, shoppers }: Metro, meals: readonly string[]): Promise<void> {
    const shelf = fridges.reduce((most, each) =>
      each.fridge.inside.size < most.fridge.inside.size ? each : most,
    );
    const { fridge } = shelf;
    if (fridge.inside.size + meals.length > demoCapacity) return;
    observed += fridge.stock(meals).length;
    for (const meal of meals) {
      await pause(random.next() * 1000);
      const offered = random.next() < atDoors && shoppers.offer(shelf, meal);
      if (!offered) observed += fridge.sell(meal, 'cus_drill', 500 + random.below(900)).length;
    }
  }

  const unsaid = () => fleet.reduce((sum, { fridge }) => sum + fridge.pending, 0);

  async function offerAll(): Promise<void> {
    const began = Date.now();
    while (!stopping.signal.aborted) {
      const due = ((Date.now() - began) / 1000) * (rate / perLot);
      while (lots < due && ledger.open < pressure.limit && unsaid() < mostWaiting && hasRoom()) offer();
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
    get waiting() {
      return metros.reduce((sum, metro) => sum + metro.shoppers.atDoors, unsaid());
    },
    async finish(within) {
      stopping.abort();
      await offering;
      const late = setTimeout(() => giveUp.abort(new Error('no answer in time')), within);
      while (running.size > 0) await Promise.all(running);
      const drained = Promise.all(fleet.map(({ fridge }) => fridge.drained()));
      await Promise.race([drained, once(giveUp.signal)]);
      clearTimeout(late);
      if (failure !== undefined) ledger.broken.push(`the load broke off: ${String(failure)}`);
      if (ledger.open > 0) ledger.broken.push(`promise 1: ${ledger.open} commands never got an answer`);
      if (unsaid() > 0) ledger.broken.push(`B1: ${unsaid()} facts were never acknowledged`);
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
