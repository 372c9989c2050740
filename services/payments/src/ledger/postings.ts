import type { Event } from '@dabba/contracts';

/**
 * Accounts; a debit is positive. `providers`: what they hold of ours. `company`: what companies owe for their people. `customers`: what
 * they owe for what they took. `refunds-due`: what is on its way back. `disputed`: what banks hold back. `allowances`: what may be used,
 * and is.
 */
export type Account =
  | 'providers'
  | 'company'
  | 'customers'
  | 'refunds-due'
  | 'disputed'
  | 'losses'
  | 'returns'
  | 'sales'
  | 'allowances'
  | 'allowances-used';

export interface Posting {
  account: Account;
  /** Minor units. */
  amount: number;
}

/** Events that move money, or what stands for it. */
export const booked = [
  'PaymentSucceeded',
  'RefundRequested',
  'RefundSucceeded',
  'RefundFailed',
  'DisputeOpened',
  'DisputeClosed',
  'ReceivableOpened',
  'ReceivableSettled',
  'SubsidyUsed',
  'SubsidyReturned',
] as const;
export type Booked = Event<(typeof booked)[number]>;

/** What an event does to the accounts: nothing comes from nowhere, so it sums to zero. */
export function postingsOf(event: Booked): Posting[] {
  return pairs(event).flatMap(([to, from, amount]) =>
    amount === 0
      ? []
      : [
          { account: to, amount },
          { account: from, amount: -amount },
        ],
  );
}

function settledBy({ refundId, writtenOff }: { refundId: string | null; writtenOff: boolean }): Account {
  if (refundId !== null) return 'returns';
  return writtenOff ? 'losses' : 'sales';
}

function pairs({ type, data }: Booked): [to: Account, from: Account, amount: number][] {
  switch (type) {
    case 'PaymentSucceeded':
      return [
        ['providers', 'sales', data.captured],
        ['company', 'sales', data.subsidy],
      ];
    case 'RefundRequested':
      return [
        ['returns', 'refunds-due', data.amount],
        ['returns', 'company', data.subsidy],
      ];
    case 'RefundSucceeded':
      return [['refunds-due', 'providers', data.amount]];
    case 'RefundFailed':
      // It has not gone back: whoever asks for it again books it again.
      return [[data.reversed ? 'providers' : 'refunds-due', 'returns', data.amount]];
    case 'DisputeOpened':
      return [['disputed', 'providers', data.amount]];
    case 'DisputeClosed':
      return [[data.won ? 'providers' : 'losses', 'disputed', data.amount]];
    case 'ReceivableOpened':
      return [['customers', 'sales', data.amount]];
    case 'ReceivableSettled':
      // The payment that settles it has booked the sale a second time.
      return [[settledBy(data), 'customers', data.amount]];
    case 'SubsidyUsed':
      return [['allowances-used', 'allowances', data.amount]];
    case 'SubsidyReturned':
      return [['allowances', 'allowances-used', data.amount]];
    default:
      return type satisfies never;
  }
}
