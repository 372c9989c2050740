import { type App, type Ask, asker, type StoreDeps, type WaitTogether } from '@dabba/service-kit';
import { type Standing, untilAnswered } from './neighbours/await-intent.ts';
import { untilTipIsTold } from './neighbours/await-tip.ts';
import { type AskIntent, intentAsker } from './neighbours/payments.ts';
import { openPaidOrders } from './paid/open.ts';
import type { PaidOrders } from './paid/paid-orders.ts';
import { type Settings, settingsFrom } from './settings.ts';

/** What routes share within a process. */
export interface Parts {
  settings: Settings;
  ask: Ask;
  askIntent: AskIntent;
  wait: WaitTogether<Standing>;
  waitForTip: WaitTogether<true>;
  paid: PaidOrders;
}

export type OrdersDeps = StoreDeps & Parts;

/** @param app where metrics are to be seen @throws ConfigError */
export function partsOf(deps: StoreDeps, app?: App): OrdersDeps {
  const settings = settingsFrom(deps.env);
  const ask = asker(settings, deps.now);
  return {
    ...{ ...deps, settings, ask, askIntent: intentAsker(ask, settings.payments) },
    wait: untilAnswered(deps.pool),
    waitForTip: untilTipIsTold(deps.pool),
    paid: openPaidOrders(deps, settings.paidKept, app),
  };
}
