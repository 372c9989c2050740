import type { Recorded } from '@dabba/contracts';
import { defineReadModel, type Rows } from '@dabba/projections';
import type { Knex } from 'knex';
import { type Account, type Booked, postingsOf } from './postings.ts';

type Tables = 'ledger_postings' | 'ledger_accounts';

/** Double entry: every posting with the event it is from, and what they come to. Minor units. */
export const ledger = defineReadModel<Tables>({
  name: 'ledger',
  topics: ['payments'],
  tables: {
    ledger_postings: {
      kind: 'rows',
      key: ['event_id', 'line'],
      create(table) {
        table.uuid('event_id').notNullable();
        table.integer('line').notNullable();
        table.text('type').notNullable();
        table.text('payment_id').notNullable();
        table.text('metro').notNullable();
        table.date('day').notNullable();
        table.text('account').notNullable();
        table.text('currency').notNullable();
        table.bigInteger('amount').notNullable();
        table.primary(['event_id', 'line']);
        table.index(['payment_id']);
        table.index(['day', 'account']);
      },
    },
    ledger_accounts: {
      kind: 'counters',
      key: ['account', 'currency', 'metro'],
      create(table) {
        table.text('account').notNullable();
        table.text('currency').notNullable();
        table.text('metro').notNullable();
        table.bigInteger('balance').notNullable();
        table.primary(['account', 'currency', 'metro']);
      },
    },
  },
  on: {
    PaymentSucceeded: post,
    RefundRequested: post,
    RefundSucceeded: post,
    RefundFailed: post,
    DisputeOpened: post,
    DisputeClosed: post,
    ReceivableOpened: post,
    ReceivableSettled: post,
    SubsidyUsed: post,
    SubsidyReturned: post,
  },
});

function post(event: Recorded<Booked>, rows: Rows<Tables>): void {
  const { data, meta, type } = event;
  const { paymentId: payment_id, currency } = data;
  const { metro } = meta;
  const day = new Date(meta.time).toISOString().slice(0, 10);
  postingsOf(event).forEach(({ account, amount }, line) => {
    rows.put('ledger_postings', {
      ...{ event_id: meta.id, line, type, payment_id, metro, day, account, currency, amount },
    });
    rows.add('ledger_accounts', { account, currency, metro }, { balance: amount });
  });
}

export interface Balance {
  account: Account;
  currency: string;
  /** Minor units. */
  balance: number;
}

export async function balances(db: Knex, metro: string | undefined): Promise<Balance[]> {
  return db('ledger_accounts')
    .modify((query) => {
      if (metro !== undefined) void query.where({ metro });
    })
    .groupBy('account', 'currency')
    .orderBy(['currency', 'account'])
    .select('account', 'currency', db.raw('sum(balance)::float8 as balance'));
}
