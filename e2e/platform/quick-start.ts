import type { ServiceSpec } from '@dabba/stack';
import { type Bundles, programArguments } from '../../scripts/bundles.mjs';

/** The same process from its bundle, where there is one; what is loaded before its main file keeps it as it is. */
export function quickStart(spec: ServiceSpec, bundles: Bundles | undefined): ServiceSpec {
  const at = spec.args.indexOf('--import');
  const [, tsx, main, ...more] = spec.args.slice(Math.max(at, 0));
  if (at === -1 || tsx !== 'tsx' || main === undefined || more.length > 0) return spec;
  return { ...spec, args: [...spec.args.slice(0, at), ...programArguments(main, bundles)] };
}
