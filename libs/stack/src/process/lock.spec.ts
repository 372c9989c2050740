import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { identify } from './identity.ts';
import { acquireLock } from './lock.ts';

describe('a lock on a folder', () => {
  let dir: string;
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'dabba-lock-'));
  });
  afterEach(() => rmSync(dir, { recursive: true }));

  it('is refused to a second with a sentence, and given again after release', () => {
    const lock = acquireLock(dir);
    expect(() => acquireLock(dir)).toThrow(
      `Dabba is already running in ${dir} (pid ${process.pid}): stop that one first.`,
    );
    lock.release();
    acquireLock(dir).release();
  });

  it('of a process that is gone is taken over', () => {
    const gone = spawnSync(process.execPath, ['-e', '']).pid;
    writeFileSync(join(dir, 'run.lock'), JSON.stringify({ pid: gone, started: 'then', command: 'node' }));
    acquireLock(dir).release();
  });

  it('of a process whose pid now belongs to another is taken over', () => {
    const another = { ...identify(process.pid), started: 'before the last boot' };
    writeFileSync(join(dir, 'run.lock'), JSON.stringify(another));
    acquireLock(dir).release();
  });

  it('that was cut short while being written is taken over', () => {
    writeFileSync(join(dir, 'run.lock'), '{"pid": 1');
    acquireLock(dir).release();
  });
});
