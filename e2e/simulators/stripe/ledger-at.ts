import type { ledgerOf } from './ledger.ts';

export type StripeLedger = ReturnType<typeof ledgerOf>;

/** What a simulator says that it holds. @param at `http://127.0.0.1:5092` */
export async function ledgerAt(at: string): Promise<StripeLedger> {
  const response = await fetch(`${at}/_ledger`, { signal: AbortSignal.timeout(10_000) });
  const ledger: StripeLedger = JSON.parse(await response.text());
  return ledger;
}
