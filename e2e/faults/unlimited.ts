export const generous = '100000000';

/** For services under a load that a few callers make: little said, nobody refused for asking often. */
export const unlimited = {
  LOG_LEVEL: 'warn',
  RATE_LIMIT_ANONYMOUS: generous,
  RATE_LIMIT_PERSON: generous,
  RATE_LIMIT_STAFF: generous,
  RATE_LIMIT_MACHINE: generous,
  LOGINS_PER_SECOND: generous,
};
