import { expect, it } from 'vitest';
import { type Found, type FoundDoor, type FoundOrder, judge } from './judge.ts';

const eaten: FoundOrder = {
  ...{ id: 'ord_1', customerId: 'cus_1', status: 'COMPLETED', was: null, reason: null, total: 10.85 },
  ...{ stockItemId: 'naan', quantity: 2, payment: { captured: 5.85, refunded: 0, subsidy: 5 } },
  ...{ provider: { captured: 5.85, back: 0, charges: 1 }, ticket: 'HANDED_OVER', reservation: 'BEGUN' },
};
const off: FoundOrder = {
  ...{
    ...eaten,
    id: 'ord_2',
    status: 'CANCELLED',
    was: 'CONFIRMED',
    reason: 'CUSTOMER',
    ticket: 'CANCELLED',
  },
  ...{ payment: { captured: 10.85, refunded: 10.85, subsidy: 0 }, reservation: 'RELEASED' },
  ...{ provider: { captured: 10.85, back: 10.85, charges: 1 } },
};
const naan = { id: 'naan', counted: 9, onHand: 7, reserved: 0, used: new Map([['ord_1', 2]]) };
const right: Found = {
  orders: [eaten, off],
  stocks: [naan],
  begun: new Set(['ord_1']),
  allowances: new Map([['cus_1', 5]]),
  unexplained: [],
  balance: 5.85,
  held: 0,
};
const promised = ['ord_1', 'ord_2'].map((id) => ({ id, itemId: 'itm_naan', quantity: 2 }));
const wrong = (change: Partial<Found>, promises = promised, soldOut = new Set<string>()) =>
  judge(promises, soldOut, { ...right, ...change }).wrong;

it('is content with orders that ended lawfully, their stock, money, tickets and subsidies', () => {
  expect(judge(promised, new Set(), right)).toEqual({
    ...{ orders: 2, completed: 1, cancelled: 1, captured: 5.85, given: 5, soldWithoutStock: 0, wrong: [] },
  });
});

it('names orders that were lost, or promised to nobody', () => {
  expect(wrong({}, [...promised, { id: 'ord_3', itemId: 'itm_naan', quantity: 1 }])).toEqual([
    'ord_3 was accepted and is nowhere',
  ]);
  expect(wrong({}, promised.slice(0, 1))).toEqual(['ord_2 was promised to nobody']);
  expect(wrong({}, promised.slice(1), new Set(['ord_1']))).toEqual(['ord_1 was told as sold out']);
});

it('X-01 names orders that hang', () => {
  expect(wrong({ orders: [eaten, { ...off, status: 'PAID', was: null }] })).toContain('ord_2: it stays PAID');
});

it('names money that was taken twice, or kept, or not taken', () => {
  const paid = (change: Partial<FoundOrder>) => wrong({ orders: [{ ...eaten, ...change }, off] });
  expect(paid({ provider: { captured: 5.85, back: 0, charges: 2 } })).toEqual(['ord_1: charged 2 times']);
  expect(paid({ provider: { captured: 11.7, back: 0, charges: 1 } })).toHaveLength(1);
  expect(paid({ payment: null, provider: { captured: 0, back: 0, charges: 0 } })).toContain(
    'ord_1: paid is 0, not 10.85',
  );
  const kept = { ...off, payment: { captured: 10.85, refunded: 0, subsidy: 0 } };
  expect(wrong({ orders: [eaten, kept] })).toContain('ord_2: kept is 10.85, not 0');
  expect(wrong({ balance: 16.7 })).toEqual(['what the provider holds is 16.7, not 5.85']);
  expect(wrong({ held: 3 })).toHaveLength(1);
  expect(wrong({ unexplained: ['order pay_1: 5.85, not 0'] })).toHaveLength(1);
});

it('names stock that does not add up, is kept, or was used for what nobody cooked', () => {
  expect(wrong({ stocks: [{ ...naan, onHand: 6 }] })).toEqual(['naan: on hand and sold is 8, not 9']);
  expect(wrong({ stocks: [{ ...naan, reserved: 1 }] })).toEqual(['naan: reserved is 1, not 0']);
  expect(wrong({ stocks: [{ ...naan, used: new Map([['ord_2', 2]]) }] })).toEqual([
    'naan: used for ord_2, which was never cooked',
  ]);
  expect(
    judge(promised, new Set(), { ...right, stocks: [{ ...naan, onHand: 9, used: new Map() }] }),
  ).toMatchObject({
    soldWithoutStock: 1,
    wrong: [],
  });
});

it('S2-PAY-03 names subsidies that were used for nothing', () => {
  expect(wrong({ allowances: new Map([['cus_1', 10]]) })).toEqual(['cus_1: subsidy used is 10, not 5']);
});

it('names tickets that nobody called off', () => {
  const orders = [eaten, { ...off, ticket: 'FIRED' }];
  expect(wrong({ orders })).toEqual(['ord_2: its ticket is FIRED']);
  expect(wrong({ orders, begun: new Set(['ord_2']) })).toEqual(['ord_2: its ticket is FIRED']);
});

it('takes an order that was cancelled too late for the kitchen: its money is back, and its stock is used', () => {
  const orders = [eaten, { ...off, ticket: 'HANDED_OVER' }];
  const used = new Map([...naan.used, ['ord_2', 2] as const]);
  const stocks = [{ ...naan, onHand: 5, used }];
  expect(wrong({ orders, stocks })).toEqual([
    'ord_2: its ticket is HANDED_OVER',
    'naan: used for ord_2, which was never cooked',
  ]);
  const late = { ...right, orders, begun: new Set(['ord_1', 'ord_2']) };
  expect(judge(promised, new Set(), { ...late, stocks })).toMatchObject({ wrong: [], soldWithoutStock: 0 });
  expect(judge(promised, new Set(), late)).toMatchObject({ wrong: [], soldWithoutStock: 1 });
});

it('S0-INV-05 names what went out of a fridge and was not taken, or owed, once', () => {
  const sold: FoundDoor = {
    ...{
      id: 'ses_1',
      state: 'SETTLED',
      price: 8.5,
      captured: 8.5,
      owed: 0,
      provider: { captured: 8.5, back: 0, charges: 1 },
    },
  };
  const none = { captured: 0, back: 0, charges: 0 };
  const doors = (change: Partial<FoundDoor>, balance = 14.35) =>
    wrong({ doors: [{ ...sold, ...change }], balance });
  expect(doors({})).toEqual([]);
  expect(doors({ captured: 0, owed: 8.5, provider: none }, 5.85)).toEqual([]);
  expect(doors({ captured: 0, provider: none }, 5.85)).toEqual(['ses_1: captured and owed is 0, not 8.5']);
  expect(doors({ provider: { captured: 8.5, back: 0, charges: 2 } })).toEqual(['ses_1: charged 2 times']);
  expect(doors({ provider: { captured: 17, back: 0, charges: 1 } })).toHaveLength(1);
  expect(doors({ provider: { captured: 8.5, back: 8.5, charges: 1 } })).toHaveLength(1);
  expect(doors({ owed: 8.5 })).toHaveLength(1);
  expect(doors({ state: 'OPEN' })).toEqual(['ses_1: it stays OPEN']);
});
