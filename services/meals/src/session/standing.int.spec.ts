import { until } from '@dabba/testing';
import { Topics } from '@dabba/testing/topics';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { owedBy } from '../read-models/customer-debts.ts';
import { doorsOf } from '../spec/doors.ts';
import { minute, patient, World } from '../spec/world.ts';
import { customerDoorsRef } from './customer-doors.ts';

let world: World;
let doors: ReturnType<typeof doorsOf>;
beforeAll(async () => {
  world = await World.open('standing', { SESSION_LIMIT: '10' });
  doors = doorsOf(world);
});
afterAll(() => world?.close());

const counted = async (customer: string) =>
  (await world.meals.deps.store.load(customerDoorsRef(customer, 'sfo'))).state.counted;
const aCustomer = () => `cus_${crypto.randomUUID()}`;

describe('good standing', () => {
  it('twenty requests of one customer at ten fridges at once are exactly ten sessions', async () => {
    const { meals } = await world.lot(10);
    const hasty = aCustomer();
    const fridges = await Promise.all(meals.map((id) => world.fridge([id])));
    const answers = await Promise.all(
      fridges.flatMap((id) => [doors.open(id, hasty, '1'), doors.open(id, hasty, '2')]),
    );
    const codes = answers.map(({ status, body }) => `${status} ${body.code ?? ''}`.trim()).sort();
    // On a busy machine one may be refused for having waited for too long (S0-INV-06); it is no session either, or one of the ten.
    const inTime = codes.filter((code) => code !== '504 fridge-did-not-answer');
    expect([...new Set(inTime)]).toEqual(['201', '429 too-many-sessions']);
    expect(inTime.filter((code) => code === '201').length).toBeLessThanOrEqual(10);
    await until('ten are counted', async () => (await counted(hasty)).length === 10, patient);
    const [free = ''] = fridges;
    await world.beat(free, doors.now() + 6 * minute, 4);
    world.clock.ahead = 11 * minute;
    await world.beat(free, doors.now(), 4);
    await until('it is heard', async () => (await doors.open(free, hasty, '3')).status === 201, patient);
    world.clock.ahead = 0;
  });

  it('S0-INV-05 who has not paid what they took gets no door until they have; payments being away blocks nobody', async () => {
    const { meals } = await world.lot(3);
    const fridge = await world.fridge(meals);
    const [debtor, other] = [aCustomer(), aCustomer()];
    const topics = new Topics(world.meals.deps);
    const opens = (customer: string, door: string) => doors.open(fridge, customer, door);
    // Nobody has said anything of payments yet.
    expect((await opens(debtor, '1')).status).toBe(201);
    const debt = (paymentId: string, amount: number) =>
      topics.say('ReceivableOpened', `payer:${debtor}`, {
        ...{ paymentId, customerId: debtor, sessionId: null, amount, currency: 'USD', reason: 'SHORTFALL' },
        openedAt: doors.now(),
      });
    const settled = (paymentId: string, amount: number, writtenOff: boolean) =>
      topics.say('ReceivableSettled', `payer:${debtor}`, {
        ...{ paymentId, customerId: debtor, amount, currency: 'USD', writtenOff },
        ...{ refundId: null, settledAt: doors.now() },
      });
    const owes = (amount: number) =>
      until(`${amount} is owed`, async () => (await owedBy(world.meals.deps.db, debtor)) === amount, patient);
    await debt('pay_1', 850);
    await debt('pay_2', 300);
    await owes(1150);
    expect(await opens(debtor, '2')).toMatchObject({ status: 403, body: { code: 'unpaid' } });
    expect((await opens(other, '2')).status).toBe(201);
    await settled('pay_1', 850, false);
    // A part of it was given back: the rest is owed.
    await settled('pay_2', 200, true);
    await owes(100);
    expect((await opens(debtor, '3')).body.code).toBe('unpaid');
    await settled('pay_2', 100, true);
    await owes(0);
    expect((await opens(debtor, '3')).status).toBe(201);
    await topics.close();
  });
});
