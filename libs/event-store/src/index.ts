export { batcher, type Outcome } from './batcher.ts';
export { type Log, type OpenStore, openStore, type StoreOptions } from './open-store.ts';
export { migrateStore } from './postgres/migrate.ts';
export { StoreUnavailable } from './postgres/patience.ts';
export { StoreDiverged } from './recover/import.ts';
export { type RecoverOptions, type RecoverReport, recoverStore } from './recover/recover.ts';
export { isRefusal, refuse, refuseForNow } from './refusal.ts';
export { type RelayOptions, startRelay } from './relay/relay.ts';
export * from './types.ts';
