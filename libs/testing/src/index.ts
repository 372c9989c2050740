export * from './database.ts';
export * from './until.ts';
