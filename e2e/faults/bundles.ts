import { join } from 'node:path';
import type { ServiceSpec } from '@dabba/stack';
import { bundle } from '../platform/bundle.ts';
import { serviceNames } from '../platform/processes.ts';

/** Service → its file. Those left out stay as they are, module by module. */
export async function bundlesOf(
  dir: string,
  wanted: (name: string) => boolean,
): Promise<ReadonlyMap<string, string>> {
  const files = new Map<string, string>(
    serviceNames.filter(wanted).map((name) => [name, join(dir, 'bundles', `${name}.mjs`)]),
  );
  await Promise.all([...files].map(([name, file]) => bundle(`services/${name}/src/main.ts`, file)));
  return files;
}

/** A replica runs the file of its service: `meals-2` that of `meals`. */
export function bundled(spec: ServiceSpec, files: ReadonlyMap<string, string>): ServiceSpec {
  const file = files.get(spec.name.replace(/-2$/, ''));
  return file === undefined ? spec : { ...spec, args: [file] };
}
