import { expect, it } from 'vitest';
import { compare, type Found } from './compare.ts';

const events = (accepted = 1) =>
  new Map([
    ['ReceiptReceived', 1],
    ['ReceiptValidated', 1],
    ['ReceiptAccepted', accepted],
  ]);
const promised = [{ key: 'k', id: 'r' }];
const right: Found = {
  store: new Map([['r', events()]]),
  listed: [{ id: 'r', type: 'sale', status: 'ACCEPTED' }],
  ledgers: new Map([
    ['tax-office', new Map([['r', 1]])],
    ['logistics', new Map()],
  ]),
  authorities: new Map([['sale', ['tax-office']]]),
};
const wrong = (change: Partial<Found>, promises = promised) => {
  const { missing, doubled, unknown } = compare(promises, { ...right, ...change });
  return { missing, doubled, unknown };
};
const none = { missing: [], doubled: [], unknown: [] };

it('is content with each receipt once, everywhere it has to be', () => {
  expect(compare([...promised, ...promised], right)).toEqual({ promised: 1, registrations: 1, ...none });
});

it('S3-RCP-05 names what is missing', () => {
  expect(wrong({ store: new Map() }).missing).toHaveLength(3);
  expect(wrong({ store: new Map([['r', events(0)]]) }).missing).toEqual(['r: ReceiptAccepted in the store']);
  expect(wrong({ listed: [] }).missing).toEqual(['r: in the list']);
  expect(wrong({ listed: [{ id: 'r', type: 'sale', status: 'REGISTERING' }] }).missing).toHaveLength(1);
  expect(wrong({ ledgers: new Map([['tax-office', new Map()]]) }).missing).toEqual(['r: at tax-office']);
});

it('S3-RCP-05 names what is doubled', () => {
  expect(wrong({ store: new Map([['r', events(2)]]) }).doubled).toHaveLength(1);
  expect(wrong({ listed: [...right.listed, ...right.listed] }).doubled).toHaveLength(1);
  expect(wrong({ ledgers: new Map([['tax-office', new Map([['r', 2]])]]) }).doubled).toEqual([
    'r: at tax-office, 2 times',
  ]);
  expect(wrong({}, [...promised, { key: 'k', id: 'other' }]).doubled).toEqual([
    'two receipts under the key k',
  ]);
});

it('names what nobody was promised', () => {
  const more = new Map([
    ['r', 1],
    ['x', 1],
  ]);
  expect(wrong({ ledgers: new Map([['tax-office', more]]) }).unknown).toEqual(['x at tax-office']);
  expect(
    wrong({ ledgers: new Map([...right.ledgers, ['logistics', new Map([['r', 1]])]]) }).unknown,
  ).toHaveLength(1);
});
