/**
 * Makes a clone ready: packages, generated code, servers. Does only what is missing, so a second run is quick and offline.
 * Free of dependencies, for it is what brings them.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = dirname(dirname(fileURLToPath(import.meta.url)));
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

/**
 * Ends the process with one sentence when something it needs is missing. Without `servers` their binaries are left to
 * whoever starts them, which spares an operator's command the second it takes to look.
 */
export function bootstrap({ servers = true } = {}) {
  requireNode();
  installPackages();
  generateCode();
  if (servers) prepareServers();
}

/** Reads .env where there is one; what the environment already says stays. */
export function loadEnv() {
  const file = join(root, '.env');
  if (!existsSync(file)) return;
  if (process.loadEnvFile) process.loadEnvFile(file);
  else console.warn('.env is not read: that takes Node 20.12 or newer.');
}

function requireNode() {
  const oldest = manifest.engines.node.replace(/[^\d.]/g, '');
  const [major, minor] = process.versions.node.split('.').map(Number);
  const [wantedMajor, wantedMinor] = oldest.split('.').map(Number);
  if (major > wantedMajor || (major === wantedMajor && minor >= wantedMinor)) return;
  fail(`Dabba needs Node ${oldest} or newer, and this is Node ${process.versions.node}.`);
}

function installPackages() {
  const stamp = join(root, 'node_modules/.dabba-installed');
  const state = hashOf(['pnpm-lock.yaml', 'pnpm-workspace.yaml', ...manifests()]);
  if (isUpToDate(stamp, state)) return;
  console.log('Installing packages');
  const install = [
    'install',
    '--frozen-lockfile',
    '--prefer-offline',
    '--config.confirm-modules-purge=false',
  ];
  run('npx', ['--yes', manifest.packageManager, ...install], 'The packages could not be installed.');
  writeFileSync(stamp, state);
}

function generateCode() {
  const output = join(root, 'libs/contracts/src/generated');
  const stamp = join(output, '.stamp');
  const state = hashOf(['schemas', 'libs/contracts/generate']);
  if (isUpToDate(stamp, state)) return;
  console.log('Generating code from schemas/');
  run(process.execPath, ['--import', 'tsx', 'libs/contracts/generate/main.ts'], 'Generating code failed.');
  mkdirSync(output, { recursive: true });
  writeFileSync(stamp, state);
}

function prepareServers() {
  if (process.env.KAFKA_BROKERS && process.env.SCHEMA_REGISTRY_URL) return;
  run(process.execPath, ['--import', 'tsx', 'libs/stack/src/bin/prepare.ts']);
}

function manifests() {
  const members = ['libs', 'services'].flatMap((folder) =>
    readdirSync(join(root, folder)).map((name) => `${folder}/${name}/package.json`),
  );
  return ['package.json', 'e2e/package.json', ...members].filter((file) => existsSync(join(root, file)));
}

function isUpToDate(stamp, state) {
  return existsSync(stamp) && readFileSync(stamp, 'utf8') === state;
}

/** A digest of files and of all files in folders, names included. */
function hashOf(paths) {
  const hash = createHash('sha256');
  for (const path of paths.flatMap(filesIn).sort())
    hash.update(`${path}\n`).update(readFileSync(join(root, path)));
  return hash.digest('hex');
}

function filesIn(path) {
  const full = join(root, path);
  if (!existsSync(full)) return [];
  if (!statSync(full).isDirectory()) return [path];
  return readdirSync(full).flatMap((name) => filesIn(`${path}/${name}`));
}

/** Runs a program at the repository's root in view of the user; its failure is ours. */
function run(command, args, sentence) {
  const { status, error } = spawnSync(command, args, { cwd: root, stdio: 'inherit' });
  if (status === 0) return;
  fail(error ? `${command} cannot be run: ${error.message}.` : sentence, status ?? 1);
}

function fail(sentence, code = 1) {
  if (sentence) console.error(sentence);
  process.exit(code);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  loadEnv();
  bootstrap();
}
