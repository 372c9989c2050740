import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export interface BaseSchema {
  /** `schemas/meals/MealSold.avsc` */
  path: string;
  text: string;
}

const root = fileURLToPath(new URL('../../../../', import.meta.url));

/** The schemas of a git revision: of the one named, else of origin/main, main or HEAD, whichever there is. */
export function baseSchemas(named?: string): { revision: string | undefined; schemas: BaseSchema[] } {
  const revision =
    named ??
    ['origin/main', 'main', 'HEAD'].find(
      (candidate) => git('rev-parse', '--verify', '--quiet', candidate) !== undefined,
    );
  if (revision === undefined) return { revision, schemas: [] };
  const listing = git('ls-tree', '-r', '--name-only', revision, '--', 'schemas/');
  if (listing === undefined) throw new Error(`git knows no revision ${revision}`);
  const schemas = listing
    .split('\n')
    .filter((path) => path.endsWith('.avsc'))
    .map((path) => ({ path, text: git('show', `${revision}:${path}`) ?? '' }));
  return { revision, schemas };
}

function git(...args: string[]): string | undefined {
  try {
    return execFileSync('git', args, { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  } catch {
    return undefined;
  }
}
