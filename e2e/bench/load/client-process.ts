import { Pool } from 'undici';
import { openLoop } from './open-loop.ts';
import { type Plan, requestOf } from './requests.ts';

/** What the parent asks for: so many requests a second, for so long, to this origin. */
export interface Shot extends Plan {
  origin: string;
  rate: number;
  seconds: number;
}

/** The load has a process to itself, so that neither it nor what it measures waits for the other's garbage collection. */
const connections = new Map<string, Pool>();

process.on('message', (shot: Shot) => {
  void shoot(shot).then((loop) => process.send?.(loop));
});
process.on('disconnect', () => process.exit(0));
process.send?.('ready');

async function shoot({ origin, rate, seconds, ...plan }: Shot) {
  const pool = connections.get(origin) ?? new Pool(origin, { connections: 128 });
  connections.set(origin, pool);
  return openLoop(rate, seconds, async (n) => {
    const { path, headers, body } = requestOf(plan, n);
    const response = await pool.request({ method: 'POST', path, headers, body });
    await response.body.dump();
    return String(response.statusCode);
  });
}
