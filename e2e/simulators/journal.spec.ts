import { appendFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Journal } from './journal.ts';

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'journal-'));
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

function open(name: string) {
  const path = join(directory, name);
  const kept: number[] = [];
  return { path, kept, journal: new Journal<number>(path, (line) => kept.push(line)) };
}

it('tells what it was told before, without a line that a crash tore', () => {
  const first = open('torn');
  first.journal.append(1, 2);
  first.journal.close();
  appendFileSync(first.path, '3');
  const second = open('torn');
  second.journal.append(4);
  second.journal.close();
  expect(second.kept).toEqual([1, 2]);
  expect(readFileSync(second.path, 'utf8')).toBe('1\n2\n4\n');
});

it('writes nothing once it is closed, whatever its descriptor belongs to by then', () => {
  const closed = open('closed');
  closed.journal.close();
  const next = open('next');
  expect(() => closed.journal.append(1)).toThrow('closed');
  next.journal.close();
  expect(readFileSync(next.path, 'utf8')).toBe('');
});
