import { mkdtemp, rm } from 'node:fs/promises';
import { connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Stack, startStack } from '@dabba/stack';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { connectRegistry } from './registry.ts';

const ours = new URL(process.env.SCHEMA_REGISTRY_URL ?? '');
const cacheDir = await mkdtemp(join(tmpdir(), 'dabba-schemas-'));
const dir = await mkdtemp(join(tmpdir(), 'dabba-registry-'));
/** The port of the registry that stands behind the address. */
let behind = Number(ours.port);
const open = new Set<Socket>();
const door = createServer((socket) => {
  const inner = connect(behind, 'localhost');
  socket.pipe(inner).pipe(socket);
  open.add(socket);
  for (const end of [socket, inner]) end.on('error', () => socket.destroy());
});
let other: Stack;

beforeAll(async () => {
  await new Promise<void>((listening) => door.listen(0, listening));
  other = await startStack({ dir, ports: 'free', only: ['registry'] });
});

afterAll(async () => {
  await other?.stop();
  door.close();
  await rm(dir, { recursive: true });
  await rm(cacheDir, { recursive: true });
});

function move(port: number) {
  behind = port;
  for (const socket of open) socket.destroy();
}

/** As another process would, or one on a machine that knows nothing yet. */
function started(known = cacheDir) {
  const url = new URL(ours);
  url.port = String(Object(door.address()).port);
  return connectRegistry({ url: url.href, cacheDir: known });
}

test('K9 what a registry said is not believed of another one at its address, and is known again when it comes back', {
  retry: 0,
}, async () => {
  const text = (name: string) =>
    JSON.stringify({ type: 'record', namespace: `n${Date.now()}`, name, fields: [] });
  const [one, two] = [text('One'), text('Two')];
  const id = await started().idOf('moved', 'One', one);

  move(Number(new URL(other.schemaRegistryUrl).port));
  const two2 = await started().idOf('moved', 'Two', two);
  const one2 = await started().idOf('moved', 'One', one);
  const elsewhere = join(dir, 'elsewhere');
  expect(await started(elsewhere).textOf(one2)).toBe(one);
  expect(await started(elsewhere).textOf(two2)).toBe(two);

  move(1);
  expect(await started().idOf('moved', 'One', one)).toBe(one2);

  move(Number(ours.port));
  expect(await started().idOf('moved', 'One', one)).toBe(id);
  expect(await started().textOf(id)).toBe(one);
});
