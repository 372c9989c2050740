import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { nodeProcess } from './processes.ts';
import { quickStart } from './quick-start.ts';

const main = 'services/orders/src/main.ts';
const bundles = new Map([[main, '/bundles/services-orders.js']]);
const orders = nodeProcess('orders', main, 1, {});

it('a service runs from its bundle, with the flags of the engine that it has anyhow', () => {
  const { args } = quickStart(orders, bundles);
  expect(args.slice(-2)).toEqual(['--enable-source-maps', '/bundles/services-orders.js']);
  expect(args.slice(0, -2)).toEqual(orders.args.slice(0, orders.args.indexOf('--import')));
});

it('without a bundle it runs module by module', () => {
  const path = fileURLToPath(new URL(`../../${main}`, import.meta.url));
  expect(quickStart(orders, undefined).args).toEqual([...orders.args.slice(0, -1), path]);
});

it('one before which something else is loaded stays as it is', () => {
  const watched = { ...orders, args: ['--import', './watch.mjs', ...orders.args] };
  expect(quickStart(watched, bundles)).toBe(watched);
});
