import { setTimeout as pause } from 'node:timers/promises';
import type { FleetFridge } from '../load/fleet.ts';
import type { Random } from '../random.ts';
import type { World } from '../world.ts';

export interface Victim {
  name: string;
  /** SIGKILL; resolves when it is gone. */
  kill(): Promise<void>;
  /** Starts it on what it left behind; resolves when it answers. @throws when it did not come up */
  restart(): Promise<void>;
}

const services = ['meals', 'meals-2', 'identity', 'gateway', 'gateway-2', 'edge-bridge'] as const;
const servers = ['kafka', 'postgres'] as const;

/** Fridges that lose power together. */
const fridgesAtOnce = 3;

export function victimsOf(world: World, fleet: readonly FleetFridge[], random: Random): Victim[] {
  const { platform } = world;
  return [
    ...services.map((name) => ({
      name,
      kill: () => platform.services.kill9(name),
      restart: () => platform.services.restart(name),
    })),
    ...servers.map((name) => ({
      name,
      kill: () => platform.stack.kill9(name),
      restart: () => platform.stack.restart(name),
    })),
    fridgesVictim(fleet, random),
  ];
}

function fridgesVictim(fleet: readonly FleetFridge[], random: Random): Victim {
  let dark: FleetFridge[] = [];
  return {
    name: 'fridges',
    async kill() {
      dark = random.shuffled(fleet).slice(0, fridgesAtOnce);
      for (const { fridge } of dark) fridge.crash();
    },
    async restart() {
      for (const { fridge } of dark) {
        await pause(random.next() * 200);
        fridge.reconnect();
      }
    },
  };
}
