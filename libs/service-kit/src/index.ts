export * from './auth/permissions.ts';
export * from './types.ts';
