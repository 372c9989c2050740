import pg from 'pg';
import { expect, it, vi } from 'vitest';
import { onceHeld } from './once-held.ts';

it('T1 gives out no connection before the lock is held, and none where it cannot be', async () => {
  const pool = new pg.Pool();
  const connect = vi.spyOn(pool, 'connect').mockImplementation(() => Promise.resolve());
  let hold = () => {};
  const held = new Promise<void>((resolve) => {
    hold = resolve;
  });
  const waiting = onceHeld(pool, held).connect();
  await Promise.resolve();
  expect(connect).not.toHaveBeenCalled();
  hold();
  await waiting;
  expect(connect).toHaveBeenCalledTimes(1);

  const never = onceHeld(pool, Promise.reject(new Error('no lock')));
  await expect(never.connect()).rejects.toThrow('no lock');
  const told = await new Promise<Error | undefined>((resolve) => never.connect(resolve));
  expect(told?.message).toBe('no lock');
  expect(connect).toHaveBeenCalledTimes(1);
});
