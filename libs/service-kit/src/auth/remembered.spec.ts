import { expect, test } from 'vitest';
import type { Principal } from '../types.ts';
import { remembered } from './remembered.ts';

const principal: Principal = { id: 'p', kind: 'person', roles: ['customer'], metro: 'sfo' };

test('S2-SEC-02 a remembered token is checked again once it expired', () => {
  const tokens = remembered();
  tokens.put('t', principal, 1_000, 0);
  expect(tokens.get('t', 999)).toBe(principal);
  expect(tokens.get('t', 1_000)).toBeUndefined();
});

test('S2-SEC-02 a remembered token is checked again after five minutes, so that a withdrawn key ends it', () => {
  const tokens = remembered();
  tokens.put('t', principal, 3_600_000, 0);
  expect(tokens.get('t', 299_999)).toBe(principal);
  expect(tokens.get('t', 300_000)).toBeUndefined();
});

test('no token speaks for another, and the oldest make room', () => {
  const tokens = remembered(2);
  for (const token of ['a', 'b', 'c']) tokens.put(token, { ...principal, id: token }, 1_000, 0);
  expect(['a', 'b', 'c', 'd'].map((token) => tokens.get(token, 1)?.id)).toEqual([
    undefined,
    'b',
    'c',
    undefined,
  ]);
});
