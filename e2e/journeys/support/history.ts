import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const schemas = fileURLToPath(new URL('../../../schemas', import.meta.url));

interface Schema {
  fields: { name: string; type: unknown }[];
}

/** A history of its own in which today's schemas were committed, but for one that was otherwise. */
export function withSchema(
  file: string,
  change: (schema: Schema) => void,
): { env: Readonly<Record<string, string>>; remove(): void } {
  const folder = mkdtempSync(join(tmpdir(), 'dabba-history-'));
  cpSync(schemas, join(folder, 'schemas'), { recursive: true });
  const path = join(folder, 'schemas', file);
  const schema: Schema = JSON.parse(readFileSync(path, 'utf8'));
  change(schema);
  writeFileSync(path, JSON.stringify(schema));
  const git = (...args: string[]) => execFileSync('git', args, { cwd: folder, stdio: 'ignore' });
  git('init');
  git('add', '.');
  git('-c', 'user.name=test', '-c', 'user.email=test@example.org', 'commit', '-m', 'before');
  return {
    env: { GIT_DIR: join(folder, '.git') },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
