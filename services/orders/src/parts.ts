import type { StoreDeps, WaitTogether } from '@dabba/service-kit';
import { type Ask, asker } from './neighbours/ask.ts';
import { untilAnswered } from './neighbours/await-intent.ts';
import { type Settings, settingsFrom } from './settings.ts';

/** What routes share within a process. */
export interface Parts {
  settings: Settings;
  ask: Ask;
  wait: WaitTogether;
}

export type OrdersDeps = StoreDeps & Parts;

/** @throws ConfigError */
export function partsOf(deps: StoreDeps): OrdersDeps {
  const settings = settingsFrom(deps.env);
  return { ...deps, settings, ask: asker(settings, deps.now), wait: untilAnswered(deps.pool) };
}
