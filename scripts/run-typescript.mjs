import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { bootstrap, loadEnv, root } from './bootstrap.mjs';
import { followNpm } from './follow-npm.mjs';

/**
 * Bootstraps, then runs a TypeScript file in this very process: arguments, signals and exit code need no passing on, and
 * no kill can part the two.
 */
export async function runTypeScript(file, args, { servers = false } = {}) {
  const path = resolve(root, file);
  if (!existsSync(path)) {
    console.error(`There is no ${path} to run.`);
    process.exit(2);
  }
  loadEnv();
  bootstrap({ servers });
  followNpm();
  process.argv = [process.argv[0], path, ...args];
  // Children started with process.execArgv, such as worker threads, then read TypeScript as well.
  process.execArgv.push('--import', 'tsx');
  const { register } = await import('tsx/esm/api');
  register();
  await import(pathToFileURL(path).href);
}
