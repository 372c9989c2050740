import { closeSync, fdatasyncSync, openSync, rmSync, writeSync } from 'node:fs';
import { cpus, loadavg, release, totalmem } from 'node:os';
import { join } from 'node:path';
import { median } from '@dabba/testing';
import kafkajs from 'kafkajs';
import pg from 'pg';

export interface Machine {
  cores: number;
  cpu: string;
  memoryGiB: number;
  /** Others on the same cores: 1-minute load average before the first bench. */
  loadBefore: number;
  /** Microseconds of one fdatasync of 4 KiB, the least a commit can cost. */
  fdatasync: number;
  kernel: string;
  node: string;
  postgres: string;
  /** Brokers of the cluster. */
  brokers: number;
}

export async function machineOf(
  dir: string,
  databaseUrl: string,
  brokers: readonly string[],
): Promise<Machine> {
  return {
    cores: cpus().length,
    cpu: cpus()[0]?.model ?? 'unknown',
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    loadBefore: Math.round((loadavg()[0] ?? 0) * 10) / 10,
    fdatasync: Math.round(syncTime(dir)),
    kernel: release(),
    node: process.version,
    postgres: await postgresVersion(databaseUrl),
    brokers: await brokerCount(brokers),
  };
}

function syncTime(dir: string): number {
  const path = join(dir, 'sync');
  const file = openSync(path, 'w');
  const block = Buffer.alloc(4096, 1);
  try {
    const times = Array.from({ length: 200 }, (_, n) => {
      writeSync(file, block, 0, block.length, n * block.length);
      const begin = performance.now();
      fdatasyncSync(file);
      return (performance.now() - begin) * 1000;
    });
    return median(times);
  } finally {
    closeSync(file);
    rmSync(path);
  }
}

async function postgresVersion(connectionString: string): Promise<string> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  try {
    const { rows } = await client.query<{ server_version: string }>('show server_version');
    return rows[0]?.server_version ?? 'unknown';
  } finally {
    await client.end();
  }
}

async function brokerCount(brokers: readonly string[]): Promise<number> {
  const admin = new kafkajs.Kafka({ brokers: [...brokers], logLevel: kafkajs.logLevel.NOTHING }).admin();
  await admin.connect();
  try {
    return (await admin.describeCluster()).brokers.length;
  } finally {
    await admin.disconnect();
  }
}
