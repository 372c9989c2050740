import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Shot } from './client-process.ts';
import type { Loop } from './open-loop.ts';

export interface LoadClient {
  shoot(shot: Shot): Promise<Loop>;
  close(): void;
}

export async function startLoadClient(): Promise<LoadClient> {
  const child = fork(fileURLToPath(new URL('client-process.ts', import.meta.url)));
  await once(child, 'message');
  return {
    async shoot(shot) {
      child.send(shot);
      const [loop]: Loop[] = await once(child, 'message');
      if (!loop) throw new Error('the load client ended');
      return loop;
    },
    close: () => child.disconnect(),
  };
}

/** Every request of it was accepted, and nearly all in time. */
export function held(loop: Loop, p99: number): boolean {
  return !loop.drowned && loop.p99 < p99 && loop.late < 1000 && loop.answers['201'] === loop.sent;
}
