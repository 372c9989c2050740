import { mkdirSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';

/** Milliseconds within which whoever was given a port listens on it. */
const lasts = 180_000;

/**
 * Whether the port is ours for the next minutes: several processes look for free ports at once, and what one has found is free
 * for the others until it listens there.
 */
export function reservePort(port: number, now = Date.now()): boolean {
  const folder = join(tmpdir(), `dabba-ports-${userInfo().uid}`);
  const file = join(folder, String(port));
  mkdirSync(folder, { recursive: true });
  try {
    writeFileSync(file, '', { flag: 'wx' });
    return true;
  } catch {
    const since = statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? now;
    if (now - since < lasts) return false;
    utimesSync(file, new Date(now), new Date(now));
    return true;
  }
}
