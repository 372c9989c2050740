import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Shot, Shots } from './load-process.ts';

export interface ReceiptLoad {
  shoot(shot: Shot): Promise<Shots>;
  close(): void;
}

/** A process of its own that hands receipts in and asks for them. */
export async function startReceiptLoad(): Promise<ReceiptLoad> {
  const child = fork(fileURLToPath(new URL('load-process.ts', import.meta.url)));
  await once(child, 'message');
  return {
    async shoot(shot) {
      child.send(shot);
      const [loops]: Shots[] = await once(child, 'message');
      if (!loops) throw new Error('the load client ended');
      return loops;
    },
    close: () => child.disconnect(),
  };
}
