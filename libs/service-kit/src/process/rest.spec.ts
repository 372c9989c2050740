import { expect, it } from 'vitest';
import { restsBetweenLooks, restTogether, shareAt } from './rest.ts';

it('who has nothing to gain by haste rests, who has does not', () => {
  expect([0, 0.5, 0.6, 0.725, 0.85, 1].map(shareAt)).toEqual([0, 0, 0, 0.5, 1, 1]);
});

it('the machine is looked at twice a second', () => {
  let [time, busy, looks] = [0, 1, 0];
  const meter = () => {
    looks += 1;
    return busy;
  };
  const rest = restsBetweenLooks(meter, () => time)(35);
  expect([rest(), looks]).toEqual([0, 0]);
  time = 500;
  expect([rest(), rest(), looks]).toEqual([35, 35, 1]);
  time = 999;
  busy = 0;
  expect([rest(), looks]).toEqual([35, 1]);
  time = 1_000;
  expect([rest(), looks]).toEqual([0, 2]);
});

it('those who rest together go on together', async () => {
  let [due, rests] = [0, 0];
  let over = () => {};
  const after = () => {
    rests += 1;
    return new Promise<void>((resolve) => {
      over = resolve;
    });
  };
  const rest = restTogether(() => due, after);
  expect(rest()).toBeUndefined();
  due = 250;
  const [one, other] = [rest(), rest()];
  expect([one, rests]).toEqual([other, 1]);
  over();
  await one;
  expect([rest() === one, rests]).toEqual([false, 2]);
});
