import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/**
 * npm starts us and may be killed without a chance to tell. Then we would hold ports and data for nobody: so we end as if
 * asked to. Only under npm; who starts us directly may leave us running.
 */
export function followNpm() {
  if (!process.env.npm_lifecycle_event) return;
  const shell = process.ppid;
  // Most shells stay between npm and us; some replace themselves by us, and then our parent is npm itself.
  const between = /sh$/.test(describe(shell).name);
  const npm = between ? describe(shell).parent : shell;
  const watch = setInterval(() => {
    if (process.ppid === shell && (!between || describe(shell).parent === npm)) return;
    clearInterval(watch);
    process.kill(process.pid, 'SIGTERM');
  }, 1000);
  watch.unref();
}

function describe(pid) {
  try {
    const [, name, , parent] = readFileSync(`/proc/${pid}/stat`, 'utf8').match(/\((.*)\) (\S) (\d+)/) ?? [];
    return { name, parent: Number(parent) };
  } catch {
    const { stdout } = spawnSync('ps', ['-o', 'ppid=,comm=', '-p', String(pid)], { encoding: 'utf8' });
    const [, parent, name] = stdout?.match(/(\d+)\s+(.*)/) ?? [];
    return { name: name ?? '', parent: Number(parent) };
  }
}
