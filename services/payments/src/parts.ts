import { reader, type StoreDeps } from '@dabba/service-kit';
import { type Desk, deskOf } from './payment/desk.ts';
import type { Provider } from './provider/port.ts';
import { providersFrom } from './provider/providers.ts';
import { ClientSecrets } from './provider/secrets.ts';

/** Times in milliseconds, amounts in minor units. */
export interface Settings {
  /** What is held at a fridge, at most. */
  hold: number;
  /** A hold is sought for so long; then what was taken is owed. */
  holdPatience: number;
  /** Between looks for events nobody told us of. */
  poll: number;
  /** Between looks for holds that lapse, and between reconciliations. */
  sweep: number;
  reconcile: number;
  /** A payment that changed this recently is not compared yet: its word may be under way. */
  settle: number;
}

/** What routes, reactions and tasks share within a process. */
export interface Parts {
  desk: Desk;
  /** The first choice first. */
  providers: readonly [Provider, ...Provider[]];
  secrets: ClientSecrets;
  settings: Settings;
}

const known = new WeakMap<StoreDeps, Parts>();

/** @throws ConfigError */
export function partsOf(deps: StoreDeps): Parts {
  const parts = known.get(deps) ?? openParts(deps);
  known.set(deps, parts);
  return parts;
}

function openParts(deps: StoreDeps): Parts {
  const read = reader(deps.env);
  const settings = {
    hold: read.count('FRIDGE_HOLD', 2_500),
    holdPatience: read.count('FRIDGE_HOLD_HOURS', 24) * 3_600_000,
    poll: read.count('PAYMENT_POLL_MS', 30_000),
    sweep: read.count('PAYMENT_SWEEP_MS', 60_000),
    reconcile: read.count('PAYMENT_RECONCILE_MS', 60_000),
    settle: read.count('PAYMENT_SETTLE_MS', 60_000),
  };
  read.done('payments');
  return { desk: deskOf(deps), providers: providersFrom(deps.env), secrets: new ClientSecrets(), settings };
}
