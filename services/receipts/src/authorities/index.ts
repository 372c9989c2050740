import { logisticsFrom } from './logistics/index.ts';
import type { Authority } from './port.ts';
import { taxOfficeFrom } from './tax-office/index.ts';

/** Every authority there is an adapter for, by name. A new one is a folder here and a line in this list. */
const adapters: Readonly<Record<string, (env: NodeJS.ProcessEnv) => Authority | undefined>> = {
  'tax-office': taxOfficeFrom,
  logistics: logisticsFrom,
};

export const authorityNames: readonly string[] = Object.keys(adapters);

/** Those whose address is set. What has to be registered with another waits until it has one. */
export function authoritiesFrom(env: NodeJS.ProcessEnv): Authority[] {
  return Object.values(adapters).flatMap((adapter) => adapter(env) ?? []);
}
