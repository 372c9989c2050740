export * from './may-open-offline.ts';
export { OfflinePolicy } from './policy.ts';
export * from './signed.ts';
export * from './terms.ts';
export * from './thermometer.ts';
