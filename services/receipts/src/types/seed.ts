import type { StoreDeps } from '@dabba/service-kit';
import { type DefineDeps, defineType, hashOf } from './book/define.ts';
import { versionsOf } from './book/rows.ts';
import type { Definition } from './definition/definition.ts';
import { shippedTypes } from './shipped/index.ts';

const seeder = 'release';

/**
 * Defines what this release ships; may be run again and again, by several processes at once. What an operator has
 * changed stays theirs, and an older release that starts again does not bring its own version back.
 */
export async function seedTypes(
  deps: DefineDeps & Pick<StoreDeps, 'now'>,
  shipped?: readonly Definition[],
): Promise<void> {
  for (const definition of shipped ?? (await shippedTypes()))
    if (await isWanted(deps, definition))
      await defineType(deps, definition, { actor: seeder, now: deps.now() });
}

async function isWanted({ pool }: DefineDeps, definition: Definition): Promise<boolean> {
  const versions = (await versionsOf(pool, definition.type)).filter(
    ({ format }) => format === definition.format,
  );
  const hash = hashOf(definition);
  const [newest] = versions;
  return newest === undefined || (newest.createdBy === seeder && !versions.some((row) => row.hash === hash));
}
