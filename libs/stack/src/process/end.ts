import { descendants, type Identity, isStillRunning } from './identity.ts';
import { becomesTrue } from './wait.ts';

/** Sends a signal to a process and, where it leads one, to its group; quiet when it is gone. */
function signal(pid: number, name: NodeJS.Signals): void {
  for (const target of [-pid, pid]) {
    try {
      process.kill(target, name);
      return;
    } catch {
      // No such group: the process itself is tried next. No such process: nothing to end.
    }
  }
}

/** Asks a process to end, and makes it end when it has not within the grace. Resolves when it and its children are gone. */
export async function end(identity: Identity, politely: NodeJS.Signals, graceMs: number): Promise<void> {
  const family = [identity, ...descendants(identity.pid)];
  if (isStillRunning(identity)) signal(identity.pid, politely);
  if (await allGone(family, graceMs)) return;
  await endNow(identity);
}

/** SIGKILL; resolves when the process and its children are gone. */
export async function endNow(identity: Identity): Promise<void> {
  const family = [identity, ...descendants(identity.pid)];
  if (isStillRunning(identity)) signal(identity.pid, 'SIGKILL');
  // Postgres' backends leave by themselves when the postmaster dies, but not in the middle of a long query.
  if (await allGone(family, 2000)) return;
  for (const member of family) if (isStillRunning(member)) signal(member.pid, 'SIGKILL');
  await allGone(family, 2000);
}

function allGone(family: Identity[], withinMs: number): Promise<boolean> {
  return becomesTrue(() => !family.some(isStillRunning), withinMs, 20);
}
