import { existsSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { bootstrap, loadEnv, root } from './bootstrap.mjs';
import { currentBundles, makeBundles } from './bundles.mjs';
import { followNpm } from './follow-npm.mjs';

/**
 * Bootstraps, then runs a TypeScript file in this very process: arguments, signals and exit code need no passing on, and
 * no kill can part the two. Runs its bundle instead where that is as the sources are; `bundles` makes them so.
 */
export async function runTypeScript(file, args, { bundles = false } = {}) {
  const path = resolve(root, file);
  if (!existsSync(path)) {
    console.error(`There is no ${path} to run.`);
    process.exit(2);
  }
  loadEnv();
  bootstrap({ servers: false });
  followNpm();
  process.argv = [process.argv[0], path, ...args];
  const made = bundles ? await makeBundles((line) => console.log(`  ${line}`)) : currentBundles();
  const bundle = made?.get(relative(root, path));
  if (bundle) {
    process.setSourceMapsEnabled(true);
    await import(pathToFileURL(bundle).href);
    return;
  }
  // Children started with process.execArgv, such as worker threads, then read TypeScript as well.
  process.execArgv.push('--import', 'tsx');
  const { register } = await import('tsx/esm/api');
  register();
  await import(pathToFileURL(path).href);
}
