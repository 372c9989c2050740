import { expect, test } from 'vitest';
import { testApp } from '../spec/test-app.ts';
import { makeIssuer } from '../spec/tokens.ts';
import { createLog } from './log.ts';

const identity = await makeIssuer();

test('no line of the log holds a token, a password, a body or an address with a person in it', async () => {
  const { app, lines } = await testApp(identity, {
    routes(own) {
      own.post('/token', { config: { public: true } }, async (request) => {
        request.log.warn({ body: request.body, headers: request.headers }, 'logged by mistake');
        throw Object.assign(new Error('failed'), {
          detail: 'Key (email)=(ann@example.com)',
          parameters: ['hunter2'],
        });
      });
    },
  });
  const token = await identity.token();
  await app.inject({
    method: 'POST',
    url: '/token?email=ann@example.com',
    payload: { username: 'ann@example.com', password: 'hunter2', client_secret: 's3cret' },
    headers: { authorization: `Bearer ${token}`, cookie: 'session=s3cret' },
  });
  await app.inject({ url: '/nobody/ann@example.com' });
  const text = lines.join('');
  expect(lines.length).toBeGreaterThan(3);
  for (const secret of ['ann@example.com', 'hunter2', 's3cret', token]) expect(text).not.toContain(secret);
});

test('each line of a request names service, metro, correlation id and trace', async () => {
  const { app, lines } = await testApp(identity);
  const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
  const headers = { traceparent, 'x-correlation-id': 'order-42' };
  await app.inject({ url: '/api/v1/lots/a?limit=x', headers });
  const requests = lines.map((line) => JSON.parse(line)).filter((line) => line.correlation_id !== undefined);
  expect(requests.length).toBeGreaterThan(1);
  for (const line of requests)
    expect(line).toMatchObject({
      service: 'test',
      metro: 'sfo',
      correlation_id: 'order-42',
      trace_id: '0af7651916cd43dd8448eb211c80319c',
    });
});

test('secrets are blanked at every depth they are usually logged at', () => {
  const lines: string[] = [];
  const log = createLog({
    service: 's',
    level: 'info',
    metros: [],
    destination: { write: (line) => void lines.push(line) },
  });
  log.info(
    { password: 'x1', user: { email: 'x1' }, request: { headers: { authorization: 'x1' } } },
    'all of it',
  );
  expect(lines.join('')).not.toContain('x1');
});

test('S0-SEC-03 what people eat is blanked as well', () => {
  const lines: string[] = [];
  const destination = { write: (line: string) => void lines.push(line) };
  const log = createLog({ service: 's', level: 'info', metros: [], destination });
  for (const name of ['dietary_preferences', 'dietary', 'diet', 'allergies'])
    log.info(
      { [name]: 'x1', customer: { [name]: ['x1'] }, request: { query: { [name]: 'x1' } } },
      'by mistake',
    );
  expect(lines).toHaveLength(4);
  expect(lines.join('')).not.toContain('x1');
});
