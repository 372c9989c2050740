import { afterAll, beforeAll, expect, it } from 'vitest';
import { paymentIdOf } from './order/ids.ts';
import { orderRef } from './order/order.ts';
import { World } from './spec/world.ts';

let world: World;
beforeAll(async () => {
  world = await World.open('orders-tips', { INTENT_WAIT_MS: '2000' });
}, 120_000);
afterAll(() => world.close(), 60_000);

/** Nothing of it is counted, so its payment is asked for as it is placed. */
const drink = {
  truck_id: 'trk_xyz789',
  items: [{ menu_item_id: 'itm_drink001', quantity: 1 }],
  tip_percentage: 10,
};

async function placed() {
  const { status, body } = await world.call('POST', '/api/v1/orders', drink);
  expect([status, body.tip]).toEqual([201, 0.3]);
  const at = `/api/v1/orders/${body.id}`;
  const paymentId = paymentIdOf(body.id);
  const state = async () => (await world.orders.deps.store.load(orderRef(body.id, ''))).state;
  return {
    change: (tip_percentage: number) => world.call('PATCH', at, { tip_percentage }),
    see: async () => (await world.call('GET', at)).body,
    /** What payments says, once it was asked. @param code why not; null: it asks for the other sum */
    async told(code: string | null) {
      await world.until('its payment was asked', async () => (await state())?.tipWish !== null);
      const order = await state();
      const amount = (code === null ? order?.tipWish?.total : order?.total) ?? 0;
      const data = { paymentId, orderId: body.id, amount, due: amount, code, amendedAt: Date.now() };
      await world.topics.say('PaymentAmended', paymentId, data);
    },
    story: async () => (await world.orders.deps.store.history(body.id)).map(({ type }) => type),
  };
}

it('S2-ORD-07 another tip is the order’s once its payment asks for it, which its customer waits for', async () => {
  const { change, told, see, story } = await placed();
  const [answer] = await Promise.all([change(20), told(null)]);
  expect(answer).toMatchObject({ status: 200, body: { tip: 0.6 } });
  expect(await see()).toMatchObject({ tip: 0.6 });
  expect((await change(20)).status).toBe(200);
  expect((await story()).slice(-2)).toEqual(['OrderTipRequested', 'OrderChanged']);
});

it('S2-ORD-07 it is 202 while payments is away, no other is taken meanwhile, and it is done when payments is back', async () => {
  const { change, told, see } = await placed();
  expect(await change(20)).toMatchObject({ status: 202, body: { tip: 0.3 } });
  expect((await change(30)).body.code).toBe('tip-changing');
  await told(null);
  await world.until('it is changed', async () => (await see()).tip === 0.6);
});

it('S2-ORD-07 who was paying at that moment has paid the tip of before', async () => {
  const { change, told, see, story } = await placed();
  const [answer] = await Promise.all([change(20), told('succeeded')]);
  expect([answer.status, answer.body.code]).toEqual([409, 'amount-fixed']);
  expect(await see()).toMatchObject({ tip: 0.3 });
  expect(await story()).toContain('OrderTipRefused');
});
