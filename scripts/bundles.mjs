/**
 * Programs as one file each, below .dabba/bundles, for a process spends most of its start on finding and reading thousands
 * of modules: a file leaves a fifth of that. Made anew only when something they were made of has changed.
 */
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const home = join(root, '.dabba/bundles');
const manifest = join(home, 'current.json');

/** What is made of packages is told by the lock file alone; the rest are sources. */
const always = ['pnpm-lock.yaml', 'scripts/bundles.mjs'];

/** Makes what is missing or old; @returns main file → its bundle, or nothing where bundling fails. */
export async function makeBundles(onProgress = () => {}) {
  const made = currentBundles();
  if (made) return made;
  onProgress('one file of each program, for quick starts');
  try {
    await build();
    return currentBundles();
  } catch (error) {
    onProgress(`programs run module by module, since bundling failed: ${error.message}`);
    return undefined;
  }
}

/** Main file (from the root) → its bundle (absolute), where they are as the sources are now. */
export function currentBundles() {
  try {
    const { folder, inputs, programs, digest } = JSON.parse(readFileSync(manifest, 'utf8'));
    if (digestOf(inputs) !== digest) return undefined;
    const files = Object.entries(programs).map(([main, file]) => [main, join(home, folder, file)]);
    return files.every(([, file]) => existsSync(file)) ? new Map(files) : undefined;
  } catch {
    return undefined;
  }
}

/** Node's arguments to run a main file: its bundle where there is one. */
export function programArguments(main, bundles) {
  const path = resolve(root, main);
  const file = bundles?.get(relative(root, path));
  return file === undefined ? ['--import', 'tsx', path] : ['--enable-source-maps', file];
}

async function build() {
  const began = Date.now();
  const { build: bundle } = createRequire(join(root, 'e2e/package.json'))('esbuild');
  const mains = programs();
  const folder = `${began}-${process.pid}`;
  const { metafile } = await bundle({
    absWorkingDir: root,
    entryPoints: [
      ...mains.map((main) => ({ in: main, out: nameOf(main) })),
      ...migrations().map((file) => ({ in: file, out: `migrations/${file.split('/')[1]}/${stem(file)}` })),
    ],
    outdir: join(home, folder),
    bundle: true,
    // What they share is written, and read from the disk, once.
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    sourcemap: true,
    sourcesContent: false,
    metafile: true,
    logLevel: 'silent',
    plugins: [whereItWas],
    banner: {
      js: "import { createRequire as bundleRequire } from 'node:module'; const require = bundleRequire(import.meta.url);",
    },
  });
  const inputs = [
    ...always,
    ...Object.keys(metafile.inputs).filter(
      (file) => !file.includes('node_modules/') && existsSync(join(root, file)),
    ),
  ].sort();
  // Saved in the middle of it: nobody can tell which text went in.
  if (inputs.some((file) => statSync(join(root, file)).mtimeMs > began)) return build();
  const made = Object.fromEntries(mains.map((main) => [main, `${nameOf(main)}.js`]));
  const draft = `${manifest}.${process.pid}`;
  writeFileSync(draft, JSON.stringify({ folder, programs: made, inputs, digest: digestOf(inputs) }));
  renameSync(draft, manifest);
  // A platform that runs may still start processes from the last ones.
  for (const old of folders().slice(0, -3)) rmSync(join(home, old), { recursive: true, force: true });
}

/** Every service, every simulator that runs by itself, the city, the command line. */
function programs() {
  const mains = [
    ...under('services').map((name) => `services/${name}/src/main.ts`),
    ...under('e2e/simulators').map((name) => `e2e/simulators/${name}/main.ts`),
    'e2e/city/up.ts',
    'libs/cli/src/main.ts',
  ];
  return mains.filter((main) => existsSync(join(root, main)));
}

/** Found in their folder and imported one by one, so each is a file here, too. */
function migrations() {
  return under('services')
    .map((name) => `services/${name}/src/migrations`)
    .filter((folder) => existsSync(join(root, folder)))
    .flatMap((folder) => under(folder).map((file) => `${folder}/${file}`))
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.spec.ts'));
}

/** Native code, files beside the code, drivers that nobody installs, and kafkajs, parts of which are replaced (libs/kafka): found at run time, where their importer finds them. */
const apart =
  /^(kafkajs$|@node-rs\/|@duckdb\/|@fastify\/swagger-ui|testcontainers|esbuild|pg-native|pg-query-stream|better-sqlite3|sqlite3|mysql2?|mariadb|oracledb|tedious)/;

/** Modules know their own places as if they were read from there, but for migrations, which cannot be run there. */
const whereItWas = {
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
    one.onResolve({ filter: /\/scripts\/[\w-]+\.mjs$/ }, ({ path, resolveDir }) => ({
      path: join(resolveDir, path),
      external: true,
    }));
    one.onLoad({ filter: /\/(libs|services|e2e)\/.*\.ts$/ }, ({ path }) => {
      const service = /\/services\/([^/]+)\//.exec(path)?.[1];
      const places = new Map([
        ["new URL('./migrations/', import.meta.url)", `new URL('./migrations/${service}/', import.meta.url)`],
        ['import.meta.url', JSON.stringify(pathToFileURL(path).href)],
        ['import.meta.dirname', JSON.stringify(dirname(path))],
      ]);
      const contents = readFileSync(path, 'utf8').replace(
        /new URL\('\.\/migrations\/', import\.meta\.url\)|import\.meta\.(url|dirname)/g,
        (place) => places.get(place),
      );
      return { contents, loader: 'ts' };
    });
  },
};

/** Where the clone is belongs to it, since the bundles name places. */
function digestOf(files) {
  const hash = createHash('sha256').update(root);
  for (const file of [...files, ...migrations()])
    hash.update(`${file}\n`).update(readFileSync(join(root, file)));
  return hash.digest('hex');
}

function folders() {
  mkdirSync(home, { recursive: true });
  return readdirSync(home)
    .filter((name) => /^\d+-\d+$/.test(name))
    .sort();
}

function under(folder) {
  return readdirSync(join(root, folder)).sort();
}

function nameOf(main) {
  return main.replace(/(\/src)?(\/main)?\.ts$/, '').replaceAll('/', '-');
}

function stem(file) {
  return file.slice(file.lastIndexOf('/') + 1, -'.ts'.length);
}
