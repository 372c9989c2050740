import { spawn } from 'node:child_process';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from './ports.ts';
import { removeStackFolder } from './postgres/elsewhere.ts';
import { startStack } from './start.ts';
import type { Stack } from './types.ts';

async function query(connectionString: string, text: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString });
  // A killed server ends the connection as well as the query; the query's rejection is enough.
  client.on('error', () => {});
  await client.connect();
  try {
    return (await client.query(text)).rows;
  } finally {
    await client.end();
  }
}

/** Postgres only minds the pids of its own user. */
function ownerOf(file: string): { uid: number; gid: number } {
  const { uid, gid } = statSync(file);
  return { uid, gid };
}

describe('a stack of Postgres alone', () => {
  let dir: string;
  let stack: Stack;

  beforeAll(async () => {
    // The folder is closed to others, as a home may be: under root, Postgres' data must then find a place elsewhere.
    dir = await mkdtemp(join(tmpdir(), 'dabba-stack-'));
    stack = await startStack({ dir, ports: 'free', only: ['postgres'] });
  });
  afterAll(async () => {
    await stack?.stop();
    await removeStackFolder(dir);
  });

  it('commits durably', async () => {
    const sql = `select name, setting from pg_settings where name in ('fsync','synchronous_commit','full_page_writes')`;
    expect(await query(stack.databaseUrl, sql)).toEqual(
      ['fsync', 'full_page_writes', 'synchronous_commit'].map((name) => ({ name, setting: 'on' })),
    );
  });

  it('keeps what was committed over kill -9 and restart', async () => {
    await query(stack.databaseUrl, 'create table kept as select 42 as answer');
    await stack.kill9('postgres');
    expect(stack.pid('postgres')).toBeUndefined();
    await expect(query(stack.databaseUrl, 'select 1')).rejects.toThrow();
    await stack.restart('postgres');
    expect(await query(stack.databaseUrl, 'select * from kept')).toEqual([{ answer: 42 }]);
  });

  it('is killed though a query runs', async () => {
    const busy = query(stack.databaseUrl, 'select count(*) from generate_series(1, 1e11)').catch(() => 'cut');
    await expect
      .poll(() =>
        query(
          stack.databaseUrl,
          `select 1 from pg_stat_activity where query like '%1e11%' and pid <> pg_backend_pid()`,
        ),
      )
      .toHaveLength(1);
    await stack.kill9('postgres');
    expect(await busy).toBe('cut');
    await stack.restart('postgres');
    expect(await query(stack.databaseUrl, 'select 1 as one')).toEqual([{ one: 1 }]);
  });

  it('refuses a second start in its folder with a sentence', async () => {
    await expect(startStack({ dir, ports: 'free', only: ['postgres'] })).rejects.toThrow(
      `A stack is already running in ${dir} (pid ${process.pid}): stop that one first.`,
    );
  });

  it('starts though a killed postmaster left its lock file, and its pid now belongs to another program', async () => {
    const [row] = await query(stack.databaseUrl, 'show data_directory');
    const file = join(String(Object.values(row ?? {})[0]), 'postmaster.pid');
    await stack.kill9('postgres');
    const bystander = spawn('sleep', ['60'], { ...ownerOf(file), cwd: '/', stdio: 'ignore' });
    try {
      const [, ...rest] = readFileSync(file, 'utf8').split('\n');
      writeFileSync(file, [bystander.pid, ...rest].join('\n'));
      await stack.restart('postgres');
      expect(bystander.exitCode).toBeNull();
      expect(bystander.signalCode).toBeNull();
    } finally {
      bystander.kill();
    }
  });

  it('keeps its data when it is stopped and started again, on other ports', async () => {
    await query(stack.databaseUrl, 'create table stays as select 1 as one');
    await stack.stop();
    stack = await startStack({ dir, ports: 'free', only: ['postgres'] });
    expect(await query(stack.databaseUrl, 'select * from stays')).toEqual([{ one: 1 }]);
  });
});

describe('what keeps a stack from starting', () => {
  it('a taken port is named, with the variable that moves it', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'dabba-stack-'));
    const port = await freePort();
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(port, resolve));
    try {
      await expect(startStack({ dir, ports: { postgres: port }, only: ['postgres'] })).rejects.toThrow(
        `Port ${port} for Postgres is taken by another program: stop it, or set POSTGRES_PORT to a free port in .env.`,
      );
    } finally {
      other.close();
      await removeStackFolder(dir);
    }
  });

  it('a missing Java is named', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'dabba-stack-'));
    const { PATH, JAVA_HOME } = process.env;
    process.env.PATH = dir;
    delete process.env.JAVA_HOME;
    try {
      await expect(startStack({ dir, ports: 'free', only: ['kafka'] })).rejects.toThrow(
        /need Java 17 or newer, and there is no "java" on the PATH/,
      );
    } finally {
      process.env.PATH = PATH;
      if (JAVA_HOME) process.env.JAVA_HOME = JAVA_HOME;
      await removeStackFolder(dir);
    }
  });
});
