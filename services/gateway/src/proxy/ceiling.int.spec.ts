import { startService } from '@dabba/service-kit';
import { testTokens } from '@dabba/testing';
import fastify from 'fastify';
import { expect, it, onTestFinished } from 'vitest';
import { service } from '../service.ts';

it('S0-INV-06 whoever waits at a door is refused within five seconds where meals is frozen, whatever it says later', async () => {
  const answers: (() => void)[] = [];
  const meals = fastify();
  meals.post('/api/v1/fridges/:id/sessions', async () => {
    await new Promise<void>((resolve) => answers.push(resolve));
    return {};
  });
  meals.get('/api/v1/meals/any', () => ({}));
  onTestFinished(() => meals.close());
  const tokens = await testTokens();
  const env = { ...process.env, MEALS_URL: await meals.listen({ port: 0, host: '127.0.0.1' }) };
  const gateway = await startService(service, { port: 0, env, keys: tokens.keys });
  onTestFinished(() => gateway.stop());
  const headers = { authorization: await tokens.bearer(['customer']) };
  const ask = (path: string, method: string) => fetch(`${gateway.url}/api/v1/${path}`, { method, headers });

  const began = performance.now();
  const refused = await ask('fridges/frozen/sessions?wait=9', 'POST');
  expect(await refused.json()).toMatchObject({ status: 504, code: 'fridge-did-not-answer' });
  expect(performance.now() - began).toBeLessThan(5_000);

  expect(answers).toHaveLength(1);
  for (const answer of answers) answer();
  expect((await ask('meals/any', 'GET')).status).toBe(200);
});
