import { expect, it } from 'vitest';
import { pauseAfter } from './pace.ts';

const after = (busy: readonly number[], arriving: number) =>
  busy.reduce((last, share) => pauseAfter(last, { busy: share, arriving }), 0);
const ever = Array<number>(100).fill(1);

it('S3-NFR-02 at a peak judging gives way while the process has no time to spare, and goes on when it has', () => {
  expect(after([0.2, 0.5, 0.59], 1_000)).toBe(0);
  expect(after([0.61], 1_000)).toBe(250);
  expect(after([0.9, 0.9, 0.9], 1_000)).toBe(1_000);
  expect(after(ever, 1_000)).toBe(1_000);
  expect(after([...ever, 0.5], 1_000)).toBe(500);
  expect(after([...ever, ...Array<number>(7).fill(0.3)], 1_000)).toBe(0);
});

it('S3-NFR-01 neither working hours nor a backlog of the night make it wait', () => {
  expect(after(ever, 200)).toBe(0);
  expect(after(ever, 0)).toBe(0);
});
