import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { until } from '@dabba/testing';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { region } from '../testing/region.ts';
import type { Answer } from './ask-identity.ts';
import { authenticator } from './authenticate.ts';
import { RememberedCredentials } from './remembered.ts';

const minute = 60_000;
const known: Answer = { known: true, fridgeId: 'fridge-1', metro: 'sfo' };
const refused: Answer = { known: false, because: 'refused' };
const away: Answer = { known: undefined, because: 'away' };

let directory: string;
let clock: number;
let asked: number;
let revoked: string[];
let remembered: RememberedCredentials | undefined;
let answer: () => Answer | Promise<Answer>;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'credentials-'));
  clock = Date.UTC(2026, 0, 1);
  asked = 0;
  revoked = [];
  answer = () => known;
});

afterEach(async () => {
  await remembered?.flush();
  remembered = undefined;
  rmSync(directory, { recursive: true });
});

/** As after a restart: only what is on disk is known. */
async function open(patience = 500) {
  const now = () => clock;
  await remembered?.flush();
  remembered = await RememberedCredentials.open({
    directory,
    maxAge: 30 * 24 * 60 * minute,
    now,
    onUnsaved: (error) => expect.fail(String(error)),
  });
  return authenticator({
    region,
    now,
    patience,
    remembered,
    onRevoked: (clientId) => revoked.push(clientId),
    async ask() {
      asked += 1;
      return answer();
    },
  });
}

test('a fridge accepted once is known while identity is away, after a restart too, by its own secret only', async () => {
  const first = await open();
  expect((await first.authenticate('f', 'secret')).device?.fridgeId).toBe('fridge-1');
  answer = () => away;
  clock += 60 * minute;
  const second = await open();
  expect((await second.authenticate('f', 'secret')).device?.metro.id).toBe('sfo');
  expect(await second.authenticate('f', 'guess')).toEqual({ device: undefined, because: 'identity-away' });
  expect(await second.authenticate('stranger', 'secret')).toEqual({
    device: undefined,
    because: 'identity-away',
  });
});

test('it is known for thirty days and no longer', async () => {
  await (await open()).authenticate('f', 'secret');
  answer = () => away;
  clock += 31 * 24 * 60 * minute;
  expect((await (await open()).authenticate('f', 'secret')).device).toBeUndefined();
});

test('a refusal by identity counts at once and drops what was remembered', async () => {
  await (await open()).authenticate('f', 'secret');
  clock += 11 * minute;
  answer = () => refused;
  expect(await (await open()).authenticate('f', 'secret')).toEqual({ device: undefined, because: 'refused' });
  expect(revoked).toEqual(['f']);
  answer = () => away;
  expect((await (await open()).authenticate('f', 'secret')).device).toBeUndefined();
});

test("a stranger's wrong guess drops nothing", async () => {
  const bridge = await open();
  await bridge.authenticate('f', 'secret');
  answer = () => refused;
  expect((await bridge.authenticate('f', 'guess')).device).toBeUndefined();
  answer = () => away;
  expect((await bridge.authenticate('f', 'secret')).device).toBeDefined();
  expect(revoked).toEqual([]);
});

test('300 fridges that come back at once ask nobody when they were there a moment ago', async () => {
  const bridge = await open();
  const all = Array.from({ length: 300 }, (_, index) => `f${index}`);
  await Promise.all(all.map((id) => bridge.authenticate(id, 'secret')));
  expect(asked).toBe(300);
  clock += 5 * minute;
  const again = await open();
  const verdicts = await Promise.all(all.map((id) => again.authenticate(id, 'secret')));
  expect(verdicts.every(({ device }) => device)).toBe(true);
  expect(asked).toBe(300);
});

test('a slow identity keeps a known fridge waiting for a moment only; its late refusal still ends the connection', async () => {
  await (await open()).authenticate('f', 'secret');
  clock += 11 * minute;
  let say: (answer: Answer) => void = () => {};
  answer = () => new Promise((resolve) => (say = resolve));
  const bridge = await open();
  expect((await bridge.authenticate('f', 'secret')).device).toBeDefined();
  say(refused);
  await until('it is revoked', () => revoked.length > 0);
});

test('at most four questions are put to identity at the same time', async () => {
  let running = 0;
  let most = 0;
  answer = async () => {
    running += 1;
    most = Math.max(most, running);
    await Promise.resolve();
    running -= 1;
    return known;
  };
  const bridge = await open();
  await Promise.all(Array.from({ length: 20 }, (_, index) => bridge.authenticate(`f${index}`, 'secret')));
  expect(most).toBeLessThanOrEqual(4);
});

test('the disk holds salted hashes, readable by the owner only', async () => {
  await (await open()).authenticate('f', 'very-secret');
  await remembered?.flush();
  const path = join(directory, 'credentials.json');
  expect(readFileSync(path, 'utf8')).not.toContain('very-secret');
  await remembered?.flush();
  expect(statSync(path).mode & 0o077).toBe(0);
});
