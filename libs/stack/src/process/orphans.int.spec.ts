import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { identify } from './identity.ts';
import { endOrphan, writePidFile } from './pid-file.ts';

describe('what a killed run leaves behind', () => {
  let dir: string;
  let file: string;
  const started: ChildProcess[] = [];

  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'dabba-orphans-'));
    file = join(dir, 'child.json');
  });
  afterEach(() => {
    for (const child of started.splice(0)) child.kill('SIGKILL');
    rmSync(dir, { recursive: true });
  });

  function sleeper(): number {
    const child = spawn('sleep', ['60'], { detached: true, stdio: 'ignore' });
    started.push(child);
    return child.pid ?? 0;
  }

  it('is ended when the pid file names it', async () => {
    const pid = sleeper();
    writePidFile(file, pid);
    await endOrphan(file);
    expect(identify(pid)).toBeUndefined();
    expect(existsSync(file)).toBe(false);
  });

  it.each([
    ['started at another time', { started: 'earlier' }],
    ['with another command line', { command: 'postgres -D elsewhere' }],
  ])('is left alone when the pid now belongs to a process %s', async (_, difference) => {
    const pid = sleeper();
    writeFileSync(file, JSON.stringify({ ...identify(pid), ...difference }));
    await endOrphan(file);
    expect(identify(pid)).toBeDefined();
    expect(existsSync(file)).toBe(false);
  });

  it('ends by itself when its parent is killed with -9', async () => {
    const script = `
      import { startChild } from ${JSON.stringify(join(import.meta.dirname, 'child.ts'))};
      const dir = ${JSON.stringify(dir)};
      await startChild({ name: 'sleep', command: 'sleep', args: ['60'], logFile: dir + '/log', pidFile: dir + '/child.json' });
      setInterval(() => {}, 1000);
    `;
    const parent = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script], {
      stdio: 'ignore',
    });
    started.push(parent);
    await expect.poll(() => existsSync(file), { timeout: 10_000 }).toBe(true);
    const { pid } = JSON.parse(readFileSync(file, 'utf8'));
    expect(identify(pid)).toBeDefined();
    parent.kill('SIGKILL');
    await expect.poll(() => identify(pid), { timeout: 5000 }).toBeUndefined();
  });
});
