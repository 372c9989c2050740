import { describe, expect, it } from 'vitest';
import { leadsTo, routes, upstreamUrl } from './routes.ts';

const reachable = (path: string) => routes.some((route) => leadsTo(route, path));

describe('the route table', () => {
  it('S1-SVC-07 leads to the resources and to nothing beside them', () => {
    expect(reachable('/api/v1/lots')).toBe(true);
    expect(reachable('/api/v1/meals/123/history')).toBe(true);
    const owners = (path: string) =>
      routes.filter((route) => leadsTo(route, path)).map(({ upstream }) => upstream);
    expect(owners('/api/v1/vendors/vnd_1/orders')).toEqual(['catalog', 'orders']);
    expect(owners('/api/v1/vendors/vnd_1/menus')).toEqual(['catalog']);
    for (const path of ['/metrics', '/openapi.json', '/health/ready', '/api/v1/lotsandmore', '/'])
      expect(reachable(path), path).toBe(false);
  });

  it('opens nothing without a token but logging in and the keys', () => {
    const open = routes.filter((route) => route.access === 'public').map((route) => route.prefix);
    expect(open).toEqual([
      '/api/v1/auth',
      '/.well-known/jwks.json',
      '/api/v1/offline/keys',
      '/api/v1/receipt-roots/keys',
      '/ws/kitchen',
    ]);
    const signed = routes.filter((route) => route.access === 'signed').map((route) => route.prefix);
    expect(signed).toEqual(['/webhooks/stripe', '/webhooks/spare', '/webhooks/paypal', '/webhooks/vendors']);
  });

  it('finds a service by its URL, else by its port, else where it usually is', () => {
    expect(upstreamUrl('meals', { MEALS_URL: 'http://meals.prod:80/' })).toBe('http://meals.prod');
    expect(upstreamUrl('meals', { MEALS_PORT: '6000' })).toBe('http://127.0.0.1:6000');
    expect(upstreamUrl('meals', {})).toBe('http://127.0.0.1:5012');
    expect(() => upstreamUrl('meals', { MEALS_URL: 'meals' })).toThrow(/MEALS_URL/);
  });
});
