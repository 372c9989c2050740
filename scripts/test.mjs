/** `npm test [-- paths]`: every gate and every test; the last line counts them, a gate as one. */
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { bootstrap, loadEnv, root } from './bootstrap.mjs';
import { makeBundles } from './bundles.mjs';
import { followNpm } from './follow-npm.mjs';

const paths = process.argv.slice(2);
const began = Date.now();
const count = { passed: 0, failed: 0 };

loadEnv();
bootstrap();
followNpm();
await gate('Format and lint', bin('@biomejs/biome/bin/biome'), [
  'check',
  ...(paths.length > 0 ? paths : ['.']),
]);
await gate('Types', bin('typescript/bin/tsc'), ['--noEmit', '-p', 'tsconfig.json']);
await schemaGate();
await tests();
console.log(`\nAll of it took ${((Date.now() - began) / 60_000).toFixed(1)} min`);
console.log(`${count.passed} passed, ${count.failed} failed`);
process.exitCode = count.failed > 0 ? 1 : 0;

async function gate(title, script, args) {
  heading(title);
  const code = await node([script, ...args]);
  count[code === 0 ? 'passed' : 'failed']++;
}

async function schemaGate() {
  const title = 'Schemas stay compatible';
  const cli = join(root, 'libs/cli/src/main.ts');
  if (existsSync(cli)) return gate(title, '--import', ['tsx', cli, 'schemas', 'check']);
  heading(title);
  console.error(`There is no ${cli} to check them with.`);
  count.failed++;
}

async function tests() {
  heading(paths.length > 0 ? `Tests below ${paths.join(', ')}` : 'Tests');
  const report = join(root, '.dabba', `tests-${process.pid}.json`);
  mkdirSync(join(root, '.dabba'), { recursive: true });
  // What tests start as processes starts quickly then.
  await makeBundles(console.log);
  const code = await node([
    bin('vitest/vitest.mjs'),
    'run',
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${report}`,
    ...paths,
  ]);
  const { passed, failed } = read(report);
  rmSync(report, { force: true });
  count.passed += passed;
  // A run that fails without a failing test (an unhandled rejection, a file that cannot be read) is a failure too.
  count.failed += Math.max(failed, code === 0 ? 0 : 1);
}

function read(report) {
  if (!existsSync(report)) return { passed: 0, failed: 1 };
  const { numPassedTests, numFailedTests, testResults } = JSON.parse(readFileSync(report, 'utf8'));
  const unread = testResults.filter(
    ({ status, assertionResults }) =>
      status === 'failed' && assertionResults.every((test) => test.status !== 'failed'),
  );
  return { passed: numPassedTests, failed: numFailedTests + unread.length };
}

function heading(title) {
  console.log(`\n── ${title} (${Math.round((Date.now() - began) / 1000)} s)`);
}

function bin(path) {
  return join(root, 'node_modules', path);
}

/** Runs Node at the root and resolves with its exit code; a signal to us ends it first. */
function node(args) {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, args, { cwd: root, stdio: 'inherit' });
    const pass = (signal) => child.kill(signal);
    process.on('SIGTERM', pass);
    // Ctrl-C reaches the child by itself; we only wait for it to end.
    process.on('SIGINT', wait);
    child.once('exit', (code, signal) => {
      process.off('SIGTERM', pass);
      process.off('SIGINT', wait);
      if (signal || code === 130) process.exit(130);
      resolve(code);
    });
  });
}

function wait() {}
