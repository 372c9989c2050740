import { canonical } from '@dabba/contracts';
import type { CommandContext, Executed } from '@dabba/event-store';
import { Type } from 'typebox';
import { expect, test } from 'vitest';
import { cursorOf } from '../http/cursor.ts';
import { testApp } from '../spec/test-app.ts';
import { makeIssuer } from '../spec/tokens.ts';

import { runCommand } from './context.ts';
import { ifMatch, staleVersion } from './etag.ts';

const identity = await makeIssuer();
const authorization = `Bearer ${await identity.token()}`;
const contexts: CommandContext[] = [];
const done: Executed<unknown> = {
  refused: false,
  result: undefined,
  answer: { status: 201, headers: { location: '/api/v1/lots/l1' }, body: { id: 'l1' } },
  replayed: false,
  position: 1,
};

const { app } = await testApp(identity, {
  routes(own) {
    const config = { permission: 'lots:create' } as const;
    own.post('/lots/:id', { config }, (request, reply) =>
      runCommand(request, reply, async (context) => {
        contexts.push(context);
        return { ...done, replayed: context.idempotency?.key === 'again' };
      }),
    );
    own.post('/paid', { config: { ...config, idempotencyKey: 'required' } }, (request, reply) =>
      runCommand(request, reply, async () => ({ ...done, answer: undefined })),
    );
    own.post('/refused', { config }, (request, reply) =>
      runCommand(request, reply, async () => ({
        refused: true,
        status: 409,
        code: 'meal-expired',
        detail: 'It expired.',
        extra: { expired_at: 'noon' },
        retryAfter: 1.2,
      })),
    );
    own.put('/versioned', { config }, async (request) => ({
      allowed: ifMatch(request, 'required') ?? 'any',
      stale: staleVersion(ifMatch(request), 3) ?? false,
    }));
  },
});

function post(url: string, headers: Record<string, string> = {}, payload: object = { a: 1, b: 2 }) {
  return app.inject({ method: 'POST', url, headers: { authorization, ...headers }, payload });
}

test('a command knows who, when, why and in which trace', async () => {
  const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
  const answer = await post('/lots/1', {
    traceparent,
    'x-correlation-id': 'c-1',
    'idempotency-key': '"k 1"',
  });
  expect(answer.statusCode).toBe(201);
  expect(answer.headers.location).toBe('/api/v1/lots/l1');
  expect(answer.headers['idempotent-replayed']).toBeUndefined();
  const context = contexts.at(-1);
  expect(context).toMatchObject({ actor: 'person-1', now: 1_760_000_000_000, correlationId: 'c-1' });
  expect(context?.idempotency).toMatchObject({ principal: 'person-1', route: 'POST /lots/:id', key: 'k 1' });
  expect(context?.traceparent).toMatch(
    /^00-0af7651916cd43dd8448eb211c80319c-(?!b7ad6b7169203331)[0-9a-f]{16}-01$/,
  );
});

test('E7 the hash of a request changes with its meaning, not with the order of its members', async () => {
  const hash = async (url: string, payload: object) => {
    await post(url, { 'idempotency-key': 'k' }, payload);
    return contexts.at(-1)?.idempotency?.bodyHash;
  };
  const one = await hash('/lots/1', { a: 1, b: { c: [1, 2], d: null } });
  expect(await hash('/lots/1', { b: { d: null, c: [1, 2] }, a: 1 })).toBe(one);
  expect(await hash('/lots/1', { a: 1, b: { c: [2, 1], d: null } })).not.toBe(one);
  expect(await hash('/lots/2', { a: 1, b: { c: [1, 2], d: null } })).not.toBe(one);
  expect(canonical({ b: 1, a: undefined })).toBe('{"b":1}');
});

test('E7 a replay says that it is one', async () => {
  expect((await post('/lots/1', { 'idempotency-key': 'again' })).headers['idempotent-replayed']).toBe('true');
});

test.each(['', ' ', '""', 'ключ', 'a\u0001b', 'x'.repeat(256)])(
  'the Idempotency-Key "%s" is 400',
  async (key) => {
    const answer = await post('/lots/1', { 'idempotency-key': key });
    expect(answer.json()).toMatchObject({ status: 400, code: 'idempotency-key-invalid' });
  },
);

test('where money moves, an Idempotency-Key is required', async () => {
  expect((await post('/paid')).json()).toMatchObject({ status: 400, code: 'idempotency-key-missing' });
  expect((await post('/paid', { 'idempotency-key': 'k' })).statusCode).toBe(204);
});

test('a refusal is a problem document with its code, extension members and Retry-After', async () => {
  const answer = await post('/refused');
  expect(answer.headers['retry-after']).toBe('2');
  expect(answer.json()).toMatchObject({
    type: 'https://dabba.dev/problems/meal-expired',
    title: 'Meal expired',
    status: 409,
    detail: 'It expired.',
    instance: '/refused',
    expired_at: 'noon',
  });
});

test('If-Match is required where asked for, read as versions, and never matched weakly', async () => {
  const put = (header?: string) =>
    app.inject({
      method: 'PUT',
      url: '/versioned',
      headers: { authorization, ...(header && { 'if-match': header }) },
    });
  expect((await put()).json()).toMatchObject({ status: 428 });
  expect((await put('3')).json()).toMatchObject({ status: 400 });
  expect((await put('"2", "3"')).json()).toEqual({ allowed: [2, 3], stale: false });
  expect((await put('"2"')).json().stale).toMatchObject({ status: 412, code: 'version-changed' });
  expect((await put('W/"3"')).json().stale).toMatchObject({ status: 412 });
  expect((await put('*')).json()).toEqual({ allowed: 'any', stale: false });
});

test('a cursor comes back as it went; one made up is 400', () => {
  const cursor = cursorOf(
    Type.Object({ at: Type.Integer(), id: Type.String() }, { additionalProperties: false }),
  );
  const place = { at: 5, id: 'é' };
  expect(cursor.decode(cursor.encode(place))).toEqual(place);
  expect(cursor.decode(undefined)).toBeUndefined();
  const made = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  for (const wrong of ['', '!', 'abc', made({ at: 'x', id: 'y' }), made({ ...place, more: 1 }), made(null)])
    expect(() => cursor.decode(wrong), wrong).toThrow('Not a cursor');
});
