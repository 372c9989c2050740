import { connect } from '@dabba/service-kit';
import { uniquePrefix } from '@dabba/testing';
import { expect, it } from 'vitest';
import { openDaysAhead } from '../intake/days.ts';
import { service } from '../service.ts';
import { shippedTypes } from '../types/shipped/index.ts';
import { takeSaleTask } from './take-sale.ts';

it('X-20 a sale that is handed in twice, or by two at once, is one receipt of the platform itself', async () => {
  const env = { ...process.env, LOG_LEVEL: 'fatal' };
  const { deps, close } = await connect(service, { kafkaPrefix: uniquePrefix('sale'), env });
  try {
    await openDaysAhead(deps.pool, deps.now());
    const { run, parse } = takeSaleTask(deps);
    const shipped = await shippedTypes();
    const document = JSON.stringify(shipped.find(({ type }) => type === 'dabba-meal-sale')?.sample);
    const sale = parse({ saleId: 'event-1', metro: 'sfo', document });
    const once = {
      idempotencyKey: 'k',
      attempt: 1,
      enqueuedAt: deps.now(),
      signal: new AbortController().signal,
    };
    await Promise.all([run(sale, once), run(sale, once)]);
    await run(sale, { ...once, attempt: 2 });
    const { rows } = await deps.pool.query('select client, type, raw from inbox');
    expect(rows).toEqual([{ client: 'dabba_sfo', type: 'dabba-meal-sale', raw: Buffer.from(document) }]);
    expect(() => parse({ saleId: 1 })).toThrow();
  } finally {
    await close();
  }
});
