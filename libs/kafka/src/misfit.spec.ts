import { expect, test } from 'vitest';
import { misfit } from './misfit.ts';

const log = { low: 0, high: 100 };

test('P3 going back to the beginning after reading further is a log made anew, however far it has grown', () => {
  expect(misfit(log, { position: 50, begun: true }, 0)).toMatch('begins anew at 0, below 50');
});

test('P1 what lies below a checkpoint that was only just loaded is no reason to stop', () => {
  expect(misfit(log, { position: 50, begun: false }, 0)).toBeUndefined();
});

test('an old batch from the middle of the log, or one after a gap, is no reason to stop', () => {
  expect(misfit(log, { position: 50, begun: true }, 40)).toBeUndefined();
  expect(misfit(log, { position: 50, begun: true }, 53)).toBeUndefined();
});

test('P3 a log that was cut above the position, or ends below it, or is gone, is', () => {
  expect(misfit({ low: 60, high: 100 }, { position: 50, begun: true }, 60)).toMatch('begins at 60');
  expect(misfit({ low: 0, high: 10 }, { position: 50, begun: false }, 0)).toMatch('ends at 10');
  expect(misfit(undefined, { position: 50, begun: true }, 0)).toMatch('does not exist');
});
