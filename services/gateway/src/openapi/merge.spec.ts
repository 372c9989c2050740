import { describe, expect, it } from 'vitest';
import type { Route } from '../routing/routes.ts';
import { mergeDocuments } from './merge.ts';

const routes: Route[] = [
  { prefix: '/api/v1/lots', upstream: 'meals', access: 'token' },
  { prefix: '/api/v1/auth', upstream: 'identity', access: 'public' },
];
const answer = { content: { 'application/json': { schema: { $ref: '#/components/schemas/Thing' } } } };
const meals = {
  paths: {
    '/api/v1/lots': { post: { responses: { 201: answer } } },
    '/metrics': { get: {} },
    '/api/v1/auth/spoofed': { get: {} },
  },
  components: { schemas: { Thing: { type: 'string' } } },
};
const identity = {
  paths: { '/api/v1/auth/token': { post: { responses: { 200: answer } } } },
  components: { schemas: { Thing: { type: 'number' } } },
};

describe('S1-SET-07 the merged OpenAPI', () => {
  const merged = mergeDocuments(
    [
      { service: 'meals', document: meals },
      { service: 'identity', document: identity },
    ],
    routes,
  );

  it('S1-SET-07 has what the route table lets through, and no internal route', () => {
    expect(Object.keys(merged.paths ?? {})).toEqual(['/api/v1/lots', '/api/v1/auth/token']);
  });

  it('keeps schemas of one name apart', () => {
    expect(merged.components).toMatchObject({
      schemas: { 'meals.Thing': { type: 'string' }, 'identity.Thing': { type: 'number' } },
    });
    expect(JSON.stringify(merged.paths)).toContain('#/components/schemas/meals.Thing');
    expect(JSON.stringify(merged.paths)).not.toContain('#/components/schemas/Thing');
  });

  it('says where a token is needed', () => {
    expect(merged.paths).toMatchObject({
      '/api/v1/lots': { post: { security: [{ bearer: [] }], tags: ['meals'] } },
      '/api/v1/auth/token': { post: { security: [] } },
    });
  });
});
