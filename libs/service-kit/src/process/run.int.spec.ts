import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import { until } from '@dabba/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openWorld, postMeal, type World } from '../spec/world.ts';

let world: World;
beforeAll(async () => {
  world = await openWorld('kitrun');
});
afterAll(async () => {
  await world.close();
});

const main = fileURLToPath(new URL('../spec/main.ts', import.meta.url));

function launch(env: NodeJS.ProcessEnv): { child: ChildProcess; output: () => string } {
  const child = spawn(process.execPath, ['--import', 'tsx', main], {
    env: { ...world.env, LOG_LEVEL: 'info', ...env },
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => (output += chunk));
  return { child, output: () => output };
}

test('SIGTERM ends a service in order, with exit code 0', async () => {
  const { child, output } = launch({ MEALS_PORT: '0' });
  const url = await until('it is ready', () => /"url":"([^"]+)","msg":"ready"/.exec(output())?.[1]);
  expect((await postMeal(url, 'soup')).status).toBe(201);
  child.kill('SIGTERM');
  const [code] = await once(child, 'exit');
  expect(code).toBe(0);
  expect(output()).toContain('"msg":"stopping"');
});

test('a taken port is one clear sentence and exit code 1', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const port = String(Object(server.address()).port);
  const { child, output } = launch({ MEALS_PORT: port, LOG_LEVEL: 'silent' });
  const [code] = await once(child, 'exit');
  server.close();
  expect(code).toBe(1);
  expect(output().trim()).toBe(`meals cannot start: port ${port} is taken.`);
});

test('a wrong setting is one clear sentence and exit code 1', async () => {
  const { child, output } = launch({ MEALS_PORT: 'http', LOG_LEVEL: 'silent' });
  const [code] = await once(child, 'exit');
  expect(code).toBe(1);
  expect(output().trim()).toBe('meals cannot start: MEALS_PORT must be a port number, not "http".');
});
