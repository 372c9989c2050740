import { createHash } from 'node:crypto';
import { realpathSync, rmSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';

/**
 * Holds a folder for this process until it dies, however it dies; two bridges on one spool would lose facts.
 * A socket, because the kernel lets go of it at kill -9 where a file with a process id stays behind.
 * @returns how to let go
 * @throws an Error that names the folder and the process that holds it
 */
export async function lockDirectory(directory: string): Promise<() => Promise<void>> {
  const address = addressOf(directory);
  const server = createServer((socket) => socket.on('error', () => {}).end(String(process.pid)));
  const listen = () =>
    new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(address, () => {
        server.off('error', reject);
        resolve();
      });
    });
  try {
    await listen();
  } catch {
    const holder = await askHolder(address);
    if (holder !== undefined)
      throw new Error(
        `Another edge bridge (process ${holder}) uses ${directory}; give this one its own EDGE_BRIDGE_DIR`,
      );
    rmSync(address, { force: true });
    await listen();
  }
  server.unref();
  return () => new Promise((resolve) => server.close(() => resolve()));
}

/** Linux has names for sockets that vanish with their process; elsewhere it is a file, removed when nobody answers. */
function addressOf(directory: string): string {
  if (process.platform !== 'linux') return join(directory, 'lock.sock');
  const name = createHash('sha256').update(realpathSync(directory)).digest('hex').slice(0, 32);
  return `\0dabba-edge-bridge-${name}`;
}

function askHolder(address: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    let said = '';
    connect(address)
      .setEncoding('utf8')
      .on('data', (text) => {
        said += text;
      })
      .on('error', () => resolve(undefined))
      .on('end', () => resolve(said));
  });
}
