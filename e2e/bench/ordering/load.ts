import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Crowd, Read, Reads, Shot, Shots } from './load-process.ts';

export interface OrderLoad {
  shoot(shot: Shot): Promise<Shots>;
  read(reads: Reads): Promise<Read>;
  close(): void;
}

/** A process of its own that orders and pays as customers do. */
export async function startOrderLoad(crowd: Crowd): Promise<OrderLoad> {
  const child = fork(fileURLToPath(new URL('load-process.ts', import.meta.url)));
  await once(child, 'message');
  const { gateway, stripe, shops, customers } = crowd;
  child.send({ gateway, stripe, shops, customers });
  await once(child, 'message');
  return {
    async shoot(shot) {
      child.send(shot);
      const [shots]: Shots[] = await once(child, 'message');
      if (!shots) throw new Error('the load client ended');
      return shots;
    },
    async read(reads) {
      child.send(reads);
      const [read]: Read[] = await once(child, 'message');
      if (!read) throw new Error('the load client ended');
      return read;
    },
    close: () => child.disconnect(),
  };
}
