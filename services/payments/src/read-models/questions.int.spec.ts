import { type Connected, connect, type StoreDeps } from '@dabba/service-kit';
import { uniquePrefix } from '@dabba/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { balances } from '../ledger/ledger.ts';
import { soldDays } from '../reconcile/days.ts';
import { unseen } from '../reconcile/look.ts';
import { ago, balance, before, meal, owed, payment, seen, write } from '../reconcile/spec/books.ts';
import { service } from '../service.ts';
import { holdsLapsing, isWrittenOff, listPayments, settlement } from './payment-list.ts';

let books: Connected<StoreDeps>;
beforeAll(async () => {
  const env = { ...process.env, LOG_LEVEL: 'fatal' };
  books = await connect(service, { kafkaPrefix: uniquePrefix('payments_asked'), env });
});
afterAll(() => books?.close());
const ids = (rows: readonly { payment_id: string }[]) => rows.map(({ payment_id }) => payment_id);

describe('the list of payments', () => {
  it('S2-DAT-09 is of one customer, order, status or metro, newest first, and goes on after the last', async () => {
    const { db } = books.deps;
    await write(db, [
      payment({ payment_id: 'a', requested_at: ago(3) }),
      payment({ payment_id: 'b', requested_at: ago(2), customer_id: 'd', order_id: 'o' }),
      payment({ payment_id: 'c', requested_at: ago(2), status: 'CANCELLED' }),
      payment({ payment_id: 'e', requested_at: ago(1), metro: 'nyc' }),
    ]);
    const list = async (of: Omit<Parameters<typeof listPayments>[1], 'limit'>, limit = 9) =>
      ids(await listPayments(db, { ...of, limit }));
    expect(await list({})).toEqual(['e', 'c', 'b', 'a']);
    expect(await list({ customer: 'd' })).toEqual(['b']);
    expect(await list({ order: 'o' })).toEqual(['b']);
    expect(await list({ status: 'CANCELLED' })).toEqual(['c']);
    expect(await list({ metro: 'sfo' })).toEqual(['c', 'b', 'a']);
    expect(await list({}, 2)).toEqual(['e', 'c']);
    const after = { requested_at: ago(2).toISOString(), payment_id: 'c' };
    expect(await list({ after }, 1)).toEqual(['b']);
  });
});

describe('holds that lapse', () => {
  it('are those that stand and end before then, first to lapse first', async () => {
    const { db } = books.deps;
    const hold = (payment_id: string, capture_before: Date | null, status = 'AUTHORISED') =>
      payment({ payment_id, capture_before, status });
    await write(db, [
      hold('later', ago(1)),
      hold('soon', ago(2)),
      hold('over', ago(2), 'SUCCEEDED'),
      hold('then', before),
      hold('other', null),
    ]);
    const found = await holdsLapsing(db, before);
    expect(found).toEqual([
      { payment_id: 'soon', metro: 'sfo' },
      { payment_id: 'later', metro: 'sfo' },
    ]);
  });
});

describe('a debt', () => {
  it('S0-INV-05 is settled by what was paid for it, and written off by nobody else’s word', async () => {
    const { db } = books.deps;
    await write(db, [
      payment({ payment_id: 'p_s1', settles: 'p', status: 'CANCELLED' }),
      payment({ payment_id: 'p_s2', settles: 'p' }),
      payment({ payment_id: 'q_s1', settles: 'q', status: 'CREATED' }),
      owed({ status: 'WRITTEN_OFF' }),
      owed({ payment_id: 'q' }),
    ]);
    expect(await settlement(db, 'p')).toBe('p_s2');
    expect(await settlement(db, 'q')).toBeUndefined();
    expect(await settlement(db, 'r')).toBeUndefined();
    expect(await isWrittenOff(db, 'p')).toBe(true);
    expect(await isWrittenOff(db, 'q')).toBe(false);
    expect(await isWrittenOff(db, 'r')).toBe(false);
  });
});

describe('what a provider is to be asked about', () => {
  it('T2 is whatever ended with an intent and changed since, the oldest first', async () => {
    const { db } = books.deps;
    const one = (payment_id: string, change = {}) => payment({ payment_id, changed_at: ago(10), ...change });
    await write(db, [
      one('never', { changed_at: ago(9) }),
      one('cancelled', { status: 'CANCELLED' }),
      one('waits', { status: 'AUTHORISED' }),
      one('free', { intent_id: null }),
      one('now', { changed_at: before }),
      ...[one('seen'), seen({ payment_id: 'seen', seen_at: ago(9.9) })],
      ...[one('again', { changed_at: ago(8) }), seen({ payment_id: 'again', seen_at: ago(9) })],
      ...[one('same', { changed_at: ago(7) }), seen({ payment_id: 'same', seen_at: ago(7) })],
    ]);
    const found = await unseen(db, before);
    expect(ids(found)).toEqual(['cancelled', 'never', 'again', 'same']);
    expect(found[0]).toEqual({ payment_id: 'cancelled', provider: 'stripe', intent_id: 'pi' });
  });
});

describe('accounts', () => {
  it('are those of one metro, or of all of them, by currency', async () => {
    const { db } = books.deps;
    await write(db, [
      balance('sales', -500),
      balance('sales', -70, { metro: 'nyc' }),
      balance('sales', -9, { metro: 'nyc', currency: 'EUR' }),
    ]);
    const sales = (much: number, currency = 'USD') => ({ account: 'sales', currency, balance: much });
    expect(await balances(db, 'sfo')).toEqual([sales(-500)]);
    expect(await balances(db, undefined)).toEqual([sales(-9, 'EUR'), sales(-570)]);
  });
});

describe('days of sold meals', () => {
  /** Of San Francisco; those of New York are a day ahead for three hours. */
  const today = Date.parse(new Intl.DateTimeFormat('sv', { timeZone: 'America/Los_Angeles' }).format());
  const at = (days: number, hours: number) => new Date(today - days * 86_400_000 + hours * 3_600_000);
  const sold = (meal_id: string, when: Date, change = {}) =>
    meal({ meal_id, payment_id: meal_id, sold_at: when, day: when.toISOString().slice(0, 10), ...change });
  const days = async (metro: string | undefined, length: number) => {
    const found = await soldDays(books.deps.db, books.deps.region, metro, length);
    return found.map(({ day, metro: where, meals, sold: sum, captured, owed: debt, open }) => [
      ...[where, (today - Date.parse(day)) / 86_400_000, meals, sum, captured, debt, open],
    ]);
  };

  it('S0-INV-05 are by the clock of the metro: what was sold, captured, is owed, and neither yet', async () => {
    await write(books.deps.db, [
      // 06:00 UTC is the evening before in San Francisco and two hours after midnight in New York.
      sold('early', at(2, 6)),
      payment({ payment_id: 'early' }),
      sold('two', at(3, 20), { payment_id: 'one', price: 600 }),
      sold('three', at(3, 21), { payment_id: 'one', price: 400 }),
      payment({ payment_id: 'one', captured: 700 }),
      owed({ payment_id: 'one', amount: 300 }),
      sold('unasked', at(2, 20)),
      sold('waits', at(1, 20)),
      payment({ payment_id: 'waits', captured: 0, status: 'AUTHORISED' }),
      sold('lost', at(1, 21)),
      payment({ payment_id: 'lost', captured: 0, status: 'CANCELLED' }),
      sold('far', at(2, 6), { metro: 'nyc' }),
      payment({ payment_id: 'far', metro: 'nyc' }),
    ]);
    const mine = [
      ['sfo', 1, 2, 2000, 0, 0, 1000],
      ['sfo', 2, 1, 1000, 0, 0, 0],
      ['sfo', 3, 3, 2000, 1700, 300, 0],
    ];
    expect(await days('sfo', 31)).toEqual(mine);
    expect(await days('nyc', 31)).toEqual([['nyc', 2, 1, 1000, 1000, 0, 0]]);
    expect(await days(undefined, 31)).toEqual([mine[0], ['nyc', 2, 1, 1000, 1000, 0, 0], mine[1], mine[2]]);
    expect(await days('sfo', 2)).toEqual([mine[0]]);
    expect(await days('sfo', 1)).toEqual([]);
  });
  it('S0-INV-05 a session that goes on over midnight is of the day it began', async () => {
    await write(books.deps.db, [
      sold('before', at(2, 6), { payment_id: 's' }),
      sold('after', at(2, 9), { payment_id: 's' }),
      payment({ payment_id: 's', captured: 2000 }),
    ]);
    expect(await days('sfo', 31)).toEqual([['sfo', 3, 2, 2000, 2000, 0, 0]]);
  });
});
