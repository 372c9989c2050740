import { expect, it } from 'vitest';
import { identify, isStillRunning } from './identity.ts';

it('knows a process that was identified before it had a command', () => {
  const self = identify(process.pid);
  expect(self).toBeDefined();
  if (self) expect(isStillRunning({ ...self, command: '' })).toBe(true);
});

it('does not take a later process for an earlier one of the same pid', () => {
  const self = identify(process.pid);
  if (self) expect(isStillRunning({ ...self, started: 'at another time' })).toBe(false);
});
