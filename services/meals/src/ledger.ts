/** What the operator's command needs to prove the ledger from the log. */
export { type Imbalance, imbalances, LogLedger } from './lot/log-ledger.ts';
export { ledgersBy } from './read-models/ledger.ts';
export { lotLedger } from './read-models/lot-ledger.ts';
