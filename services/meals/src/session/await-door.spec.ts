import { setTimeout as pause } from 'node:timers/promises';
import { refuse } from '@dabba/event-store';
import { expect, it } from 'vitest';
import { answeredBy as answered, shut } from './await-door.ts';

const soon = () => performance.now() + 20;
const answeredBy = (by: number, answer: Parameters<typeof answered>[1]) => answered(by, answer, shut('s1'));
const other = refuse(409, 'door-in-use', 'No');

it('S0-INV-06 is answered by then, whatever hangs', async () => {
  const never = new Promise<never>(() => {});
  expect(await answeredBy(soon(), never)).toMatchObject({
    status: 504,
    code: 'fridge-did-not-answer',
    extra: { session_id: 's1' },
  });
  expect(await answeredBy(performance.now() - 1, never)).toMatchObject({ status: 504 });
});
it('gives the answer that comes in time, and does not mind one that fails too late', async () => {
  expect(await answeredBy(soon() + 60_000, Promise.resolve(other))).toBe(other);
  await expect(answeredBy(soon() + 60_000, Promise.reject(new Error('broken')))).rejects.toThrow('broken');
  const late = pause(40).then(() => Promise.reject(new Error('late')));
  expect(await answeredBy(soon(), late)).toMatchObject({ status: 504 });
  await expect(late).rejects.toThrow('late');
});
