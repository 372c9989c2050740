import type { ServiceSpec } from '@dabba/stack';
import { type Bundles, programArguments } from '../../scripts/bundles.mjs';

/** The same process from its bundle, where there is one; what is loaded before its main file keeps it as it is. */
export function quickStart(spec: ServiceSpec, bundles: Bundles | undefined): ServiceSpec {
  const [loader, tsx, main, ...more] = spec.args;
  if (loader !== '--import' || tsx !== 'tsx' || main === undefined || more.length > 0) return spec;
  return { ...spec, args: programArguments(main, bundles) };
}
