import type { StoreDeps } from '@dabba/service-kit';
import { authorityNames } from '../../authorities/index.ts';
import type { DefineDeps } from './define.ts';

/** Every process that defines types does so with the same metro and knows the same authorities. */
export function definingWith({ store, pool, region }: StoreDeps): DefineDeps {
  const [metro] = region.metros;
  if (!metro) throw new Error('A region without metros');
  return { pool, store, metro, authorities: authorityNames };
}
