import { decider } from '@dabba/testing/decider';
import { describe, expect, it } from 'vitest';
import {
  type DeniedEvent,
  debtorsAtMost,
  decideDenied,
  deniedAtMost,
  deniedStream,
  wasDenied,
} from './denied.ts';

const noon = Date.UTC(2026, 10, 20, 12);
const list = decider(deniedStream, decideDenied);
const deny = { do: 'deny', metro: 'sfo', customerId: 'cus_1', reason: 'owes', now: noon } as const;
const allow = { do: 'allow', metro: 'sfo', customerId: 'cus_1', now: noon } as const;
const denied = (customerId = 'cus_1', reason = 'owes', owes = false): DeniedEvent => ({
  type: 'OfflineCustomerDenied',
  data: { metro: 'sfo', customerId, reason, owes, deniedAt: noon },
});
const allowed: DeniedEvent = {
  type: 'OfflineCustomerAllowed',
  data: { metro: 'sfo', customerId: 'cus_1', allowedAt: noon },
};

describe('customers who get nothing from a fridge that decides alone', () => {
  it('are denied once, and again only for another reason', () => {
    list.given([]).when(deny).then([denied()]);
    list.given([denied()]).when(deny).thenNothing();
    list
      .given([denied()])
      .when({ ...deny, reason: 'steals' })
      .then([denied('cus_1', 'steals')]);
    list
      .given([])
      .when({ ...deny, customerId: 'constructor' })
      .then([denied('constructor')]);
  });
  it('are allowed again, and those who never were denied already are', () => {
    list.given([denied()]).when(allow).then([allowed]);
    list.given([]).when(allow).thenNothing();
    list.given([denied(), allowed]).when(allow).thenNothing();
  });
  it('are no more than every fridge can be told', () => {
    const full = Array.from({ length: deniedAtMost }, (_, index) => denied(`cus_${index + 2}`));
    list.given(full).when(deny).thenRefused('deny-list-full');
    list
      .given([...full.slice(1), denied()])
      .when({ ...deny, reason: 'steals' })
      .then([denied('cus_1', 'steals')]);
  });
  it('S0-INV-05 are those who owe, until they have paid', () => {
    const debtors = (...customers: string[]) =>
      ({ do: 'debtors', metro: 'sfo', customers, now: noon }) as const;
    const owing = (customerId = 'cus_1') => denied(customerId, 'owes', true);
    list.given([]).when(debtors('cus_1')).then([owing()]);
    list.given([owing()]).when(debtors('cus_1')).thenNothing();
    list
      .given([owing()])
      .when(debtors('cus_2'))
      .then([allowed, owing('cus_2')]);
    list.given([owing()]).when(debtors()).then([allowed]);
    list.given([owing()]).when(allow).thenRefused('customer-owes');
    // By somebody's word they stay, whatever they pay.
    list.given([owing()]).when(deny).then([denied()]);
    list.given([owing(), denied()]).when(debtors()).thenNothing();
    list.given([owing(), denied()]).when(allow).then([allowed]);
    list.given([denied()]).when(debtors('cus_1')).thenNothing();
  });
  it('leave room for those whom people name, and who owes most comes first', () => {
    const many = Array.from({ length: deniedAtMost }, (_, index) => `cus_${index + 2}`);
    const debtors = { do: 'debtors', metro: 'sfo', customers: many, now: noon } as const;
    const owing = many.slice(0, debtorsAtMost).map((id) => denied(id, 'owes', true));
    list.given([]).when(debtors).then(owing);
    list.given(owing).when(deny).then([denied()]);
    const named = Array.from({ length: deniedAtMost - 2 }, (_, index) => denied(`bad_${index}`));
    list.given(named).when(debtors).then(owing.slice(0, 2));
    list
      .given([...named, ...owing.slice(0, 2)])
      .when(deny)
      .thenRefused('deny-list-full');
  });
  it('are known for every version the list ever had', () => {
    const { state } = list.given([
      denied('cus_2'),
      denied(),
      denied('cus_1', 'steals'),
      allowed,
      denied('cus_3'),
    ]);
    expect([0, 1, 2, 3, 4, 5].filter((version) => wasDenied(state, 'cus_1', version))).toEqual([2, 3]);
    expect([0, 1, 5].filter((version) => wasDenied(state, 'cus_2', version))).toEqual([1, 5]);
    expect(wasDenied(state, 'cus_3', 4)).toBe(false);
    expect(wasDenied(state, 'toString', 5)).toBe(false);
  });
});
