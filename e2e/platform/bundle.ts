import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build, type Plugin } from 'esbuild';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** Native code, files beside the code, drivers that nobody installs: found at run time, where their importer finds them. */
const apart =
  /^(@node-rs\/|@duckdb\/|@fastify\/swagger-ui|pg-native|pg-query-stream|better-sqlite3|sqlite3|mysql2?|mariadb|oracledb|tedious)/;

/**
 * One file of a service with all it imports. A process that is killed and started again all the time spends most of its
 * start on finding and reading thousands of modules; this leaves a fifth of it.
 */
export async function bundle(main: string, to: string): Promise<void> {
  await build({
    entryPoints: [join(root, main)],
    outfile: to,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    logLevel: 'error',
    plugins: [whereItWas],
    banner: {
      js: "import { createRequire as bundleRequire } from 'node:module'; const require = bundleRequire(import.meta.url);",
    },
  });
}

/** Modules know their own places as if they were read from there. */
const whereItWas: Plugin = {
  name: 'where-it-was',
  setup(one) {
    one.onResolve({ filter: apart }, ({ path, resolveDir }) => {
      try {
        return { path: createRequire(join(resolveDir, 'importer.js')).resolve(path), external: true };
      } catch {
        // Not installed: nobody asks for it.
        return { path, external: true };
      }
    });
    one.onLoad({ filter: /\/(libs|services)\/.*\.ts$/ }, async ({ path }) => {
      const text = await readFile(path, 'utf8');
      return {
        contents: text
          .replaceAll('import.meta.url', JSON.stringify(pathToFileURL(path).href))
          .replaceAll('import.meta.dirname', JSON.stringify(dirname(path))),
        loader: 'ts',
      };
    });
  },
};
