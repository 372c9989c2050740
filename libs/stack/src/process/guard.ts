import { spawn } from 'node:child_process';
import { Socket } from 'node:net';

// The guard waits on a pipe that only we hold: when it closes, we are gone, however we went.
const script = `
read -r _
kill -s "$2" -- "-$1" 2>/dev/null
for _ in 1 2 3 4 5 6 7 8; do
  kill -0 "$1" 2>/dev/null || exit 0
  sleep 1
done
kill -s KILL -- "-$1" 2>/dev/null
`;

/** Ends a child's process group when this process dies, even by SIGKILL. Returns what calls the guard off. */
export function guard(pid: number, politely: NodeJS.Signals): () => void {
  const watcher = spawn('/bin/sh', ['-c', script, 'dabba-guard', String(pid), politely.replace('SIG', '')], {
    cwd: '/',
    // A session of its own, so that Ctrl-C in the terminal does not take it before us.
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  watcher.on('error', () => {});
  watcher.stdin.on('error', () => {});
  watcher.unref();
  if (watcher.stdin instanceof Socket) watcher.stdin.unref();
  return () => {
    watcher.kill('SIGKILL');
  };
}
