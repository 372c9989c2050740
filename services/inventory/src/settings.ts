import { reader } from '@dabba/service-kit';

/** Milliseconds an order may take to be paid before others get what it holds: RESERVATION_MS. @throws ConfigError */
export function keptFor(env: NodeJS.ProcessEnv): number {
  const read = reader(env);
  const milliseconds = read.count('RESERVATION_MS', 15 * 60_000);
  read.done('inventory');
  return milliseconds;
}
