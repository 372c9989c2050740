import type { Knex } from 'knex';

/** What is compared is of the three days before this. */
export const before = new Date(Date.UTC(2026, 10, 21, 12));
export const since = new Date(before.getTime() - 3 * 86_400_000);
/** As long before `before`; below zero: after it. Hours. */
export const ago = (hours: number): Date => new Date(before.getTime() - hours * 3_600_000);
/** Before anything is compared. */
export const longAgo = ago(24 * 4);
export const notYet = ago(-1);

type Row = Record<string, string | number | boolean | Date | null>;
/** A row of one of the books, by the name of its table. */
export type Entry = readonly [table: string, row: Row];

const usd = { metro: 'sfo', currency: 'USD' };

/** Ten dollars that were paid, unless said otherwise. */
export const payment = (change: Row = {}): Entry => [
  'payment_list',
  {
    ...{ payment_id: 'p', ...usd, order_id: null, session_id: null, customer_id: 'c', settles: null },
    ...{ amount: 1000, subsidy: 0, due: 1000, captured: 1000, subsidy_paid: 0 },
    ...{ refunded: 0, subsidy_back: 0, disputed: 0, status: 'SUCCEEDED', provider: 'stripe' },
    ...{ intent_id: 'pi', capture_before: null, requested_at: ago(10), changed_at: ago(10) },
    ...change,
  },
];
export const seen = (change: Row = {}): Entry => [
  'provider_seen',
  {
    ...{ payment_id: 'p', provider: 'stripe', intent_id: 'pi', currency: 'USD' },
    ...{ captured: 1000, refunded: 0, disputed: 0, seen_at: ago(9) },
    ...change,
  },
];
export const stray = (net: number): Entry => [
  'provider_strays',
  { provider: 'stripe', intent_id: 'pi_2', payment_id: 'p', currency: 'USD', net },
];
export const order = (change: Row = {}): Entry => [
  'order_money',
  {
    ...{ order_id: 'o', payment_id: 'p', ...usd, amount: 1000, paid: 1000, refund_asked: 0 },
    ...{ cancelled: false, changed_at: ago(8) },
    ...change,
  },
];
export const meal = (change: Row = {}): Entry => [
  'sold_meals',
  {
    ...{ meal_id: 'm', ...usd, customer_id: 'c', payment_id: 'p', price: 1000 },
    ...{ day: '2026-11-21', sold_at: ago(11), refunded: false },
    ...change,
  },
];
export const owed = (change: Row = {}): Entry => [
  'receivables',
  {
    ...{ payment_id: 'p', customer_id: 'c', currency: 'USD', amount: 1000, remaining: 1000, forgiven: 0 },
    ...{ status: 'OPEN', opened_at: ago(9) },
    ...change,
  },
];
let lines = 0;
export const posting = (account: string, amount: number, payment_id = 'p'): Entry => [
  'ledger_postings',
  {
    ...{ event_id: '018f7a30-5c00-7000-8000-000000000001', line: ++lines, type: 't', payment_id },
    ...{ ...usd, day: '2026-11-21', account, amount },
  },
];
export const balance = (account: string, amount: number, change: Row = {}): Entry => [
  'ledger_accounts',
  { account, ...usd, balance: amount, ...change },
];

const tables = [
  ...['payment_list', 'provider_seen', 'provider_strays', 'order_money', 'sold_meals', 'receivables'],
  ...['ledger_postings', 'ledger_accounts'],
];

/** The books hold this and nothing else. */
export async function write(db: Knex, entries: readonly Entry[]): Promise<void> {
  await db.raw(`truncate ${tables.join(', ')}`);
  for (const [table, row] of entries) await db(table).insert(row);
}
