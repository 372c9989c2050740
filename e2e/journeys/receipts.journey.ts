import { until } from '@dabba/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { kitchenOf } from './support/kitchen.ts';
import { type Counter, counterOf, heldBy } from './support/receipts.ts';
import { openVillage, type Village } from './support/village.ts';

let village: Village;
let counter: Counter;
beforeAll(async () => {
  // Offices in this process need no longer to be done with what they were asked.
  village = await openVillage({
    TAX_OFFICE_TIMEOUT: '2000',
    TAX_OFFICE_SETTLES: '300',
    LOGISTICS_TIMEOUT: '2000',
    LOGISTICS_SETTLES: '300',
  });
  counter = await counterOf(village);
});
afterAll(() => village?.close());

const held = async (id: string) => ({
  'tax-office': await heldBy(village.taxOffice, id),
  logistics: await heldBy(village.logistics, id),
});

describe('a receipt', () => {
  it('S3-RCP-03 S3-RCP-04 in JSON or XML is accepted once those that its type names hold it, once', async () => {
    for (const [type, format, at] of [
      ['us-sales-receipt', 'JSON', { 'tax-office': 1, logistics: 0 }],
      ['ua-fiscal-receipt', 'XML', { 'tax-office': 1, logistics: 0 }],
      ['logistics-waybill', 'JSON', { 'tax-office': 0, logistics: 1 }],
      ['dabba-meal-sale', 'JSON', { 'tax-office': 1, logistics: 1 }],
    ] as const) {
      const taken = await counter.hand('till_sfo', counter.document(type, format), format);
      expect([taken.status, taken.body.status], type).toEqual([202, 'RECEIVED']);
      const id = String(taken.body.id);
      const accepted = await counter.reaches('till_sfo', id, 'ACCEPTED');
      expect(await held(id), type).toEqual(at);
      expect(accepted.checks.every(({ passed }) => passed)).toBe(true);
      for (const { status, external_ref } of accepted.registrations)
        expect({ status, external_ref }).toEqual({
          status: 'REGISTERED',
          external_ref: expect.stringMatching(/^\w+-\d+$/),
        });
    }
    const metrics = await (await fetch(`${village.receipts.url}/metrics`)).text();
    expect(metrics).toMatch(/^dabba_receipts_ended_total\{status="ACCEPTED",.*\} 4$/m);
  });

  it('S3-API-03 is in the list of its client and of operations, and S3-API-02 unknown to another client', async () => {
    const { body } = await counter.hand('till_sfo', counter.document('us-sales-receipt'));
    const id = String(body.id);
    const listed = (login: string, query = '') =>
      village
        .as(login)
        .get<{ items: { id: string; client: string }[] }>(`/api/v1/receipts?limit=10000${query}`);
    for (const [login, query] of [
      ['till_sfo', ''],
      ['ops_sfo', '&client=till_sfo&status=ACCEPTED'],
    ] as const)
      await until(`${login} has it in the list`, async () => {
        const page = await listed(login, query);
        return page.body.items.some((item) => item.id === id && item.client === 'till_sfo');
      });
    expect((await counter.view('till_nyc', id)).status).toBe(404);
    expect((await listed('till_nyc')).body.items).toEqual([]);
    expect((await listed('till_nyc', '&client=till_sfo')).status).toBe(403);
    expect((await counter.view('cus_sfo_001', id)).status).toBe(403);
  });

  it('S3-RCP-05 shows each authority while one is away, and is accepted when that is back', async () => {
    village.taxOffice.behave({ down: 1 });
    const { body } = await counter.hand('till_sfo', counter.document('dabba-meal-sale'));
    const id = String(body.id);
    const waiting = await until('one holds it and the other is tried again', async () => {
      const { body: seen } = await counter.view('till_sfo', id);
      const of = (name: string) => seen.registrations.find(({ service }) => service === name);
      return of('logistics')?.status === 'REGISTERED' && of('tax-office')?.status === 'RETRYING' && seen;
    });
    expect(waiting).toMatchObject({ status: 'REGISTERING', accepted_at: null });
    village.taxOffice.behave({});
    expect((await counter.reaches('till_sfo', id, 'ACCEPTED')).registrations).toHaveLength(2);
    expect(await held(id)).toEqual({ 'tax-office': 1, logistics: 1 });
  });

  it('S3-STM-01 ends FAILED with the reason when an authority refuses it', async () => {
    village.logistics.behave({ refuse: [{ member: 'number', begins: 'BAD', reason: 'No such shipper' }] });
    const waybill = JSON.stringify({ ...JSON.parse(counter.document('logistics-waybill')), number: 'BAD-1' });
    const { body } = await counter.hand('till_sfo', waybill);
    const failed = await counter.reaches('till_sfo', String(body.id), 'FAILED');
    expect(failed.registrations).toMatchObject([{ status: 'REFUSED', reason: 'No such shipper' }]);
    village.logistics.behave({});
  });
});

it('X-20 a meal sold at a fridge ends with one accepted receipt, though the fridge says it twice', async () => {
  const kitchen = kitchenOf(village);
  const fridge = village.fridge('fr_sfo_01');
  fridge.reconnect();
  const [id = ''] = await kitchen.cook({ quantity: 1 });
  fridge.stock([id]);
  fridge.sell(id, 'cus_sfo_001', 850);
  fridge.crash();
  fridge.reconnect();
  await fridge.drained();
  await kitchen.becomes(id, 'SOLD');
  interface Listed {
    items: { id: string; type: string; total: number }[];
  }
  const [receipt] = await until('its receipt is accepted', async () => {
    const { body } = await village
      .as('ops_sfo')
      .get<Listed>('/api/v1/receipts?client=dabba_sfo&status=ACCEPTED');
    return body.items.length > 0 && body.items;
  });
  expect(receipt).toMatchObject({ type: 'dabba-meal-sale', total: 850 });
  expect(await held(receipt?.id ?? '')).toEqual({ 'tax-office': 1, logistics: 1 });
  const all = await village.as('ops_sfo').get<Listed>('/api/v1/receipts?client=dabba_sfo');
  expect(all.body.items).toHaveLength(1);
  fridge.disconnect();
});
