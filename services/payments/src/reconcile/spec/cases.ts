import {
  ago,
  balance,
  type Entry,
  longAgo,
  meal,
  notYet,
  order,
  owed,
  payment,
  posting,
  seen,
  stray,
} from './books.ts';

/** What the books say, and what does not agree of it: kind, expected, found. */
export type Case = readonly [title: string, books: readonly Entry[], ...differ: [string, number, number][]];

export const cases: readonly Case[] = [
  ['a payment is at its provider as it is here', [payment(), seen()]],
  ['its provider took more, or less', [payment(), seen({ captured: 1200 })], ['provider', 1000, 1200]],
  [
    'its provider gave back what we did not ask for',
    [payment(), seen({ refunded: 300 })],
    ['provider', 1000, 700],
  ],
  [
    'its provider has not heard of what we gave back',
    [payment({ refunded: 300 }), seen()],
    ['provider', 700, 1000],
  ],
  ['what we gave back is back', [payment({ refunded: 300 }), seen({ refunded: 300 })]],
  ['what we gave back is on its way', [payment({ refunded: 300 }), seen(), posting('refunds-due', -300)]],
  [
    'no more than what is on its way may be missing',
    [payment({ refunded: 300 }), seen({ captured: 1001 }), posting('refunds-due', -300)],
    ['provider', 700, 1001],
  ],
  [
    'nor less than what is on its way',
    [payment({ refunded: 300 }), seen({ refunded: 301 }), posting('refunds-due', -300)],
    ['provider', 700, 699],
  ],
  [
    'what is on its way of another payment is no excuse, nor what is in another account',
    [
      payment({ refunded: 300 }),
      seen(),
      posting('refunds-due', -300, 'other'),
      posting('returns', -300),
      posting('refunds-due', -300),
      posting('refunds-due', 300),
    ],
    ['provider', 700, 1000],
  ],
  [
    'a bank takes it back, and we have not heard of it',
    [payment(), seen({ disputed: 1000 })],
    ['provider', 1000, 0],
  ],
  ['a bank takes it back, and we have', [payment({ disputed: 1000 }), seen({ disputed: 1000 })]],
  [
    'a provider that was asked before it changed says nothing',
    [payment(), seen({ captured: 0, seen_at: ago(10) })],
  ],
  [
    'what changed a moment ago is not compared yet',
    [payment({ changed_at: notYet }), seen({ captured: 0, seen_at: ago(-2) })],
  ],
  [
    'what changed days ago was compared often enough',
    [payment({ changed_at: longAgo }), seen({ captured: 0, seen_at: ago(24 * 3.5) })],
  ],
  ['money under our ids that no payment goes by', [payment(), stray(777)], ['stray', 0, 777]],
  ['of which no payment is known', [stray(777)], ['stray', 0, 777]],
  ['of which nothing is left', [payment(), stray(0)]],

  ['an order believes what was paid', [payment(), order()]],
  [
    'with the company’s share',
    [payment({ captured: 600, subsidy_paid: 400 }), posting('allowances-used', 400), order()],
  ],
  ['an order believes more', [payment(), order({ paid: 1001 })], ['order', 1000, 1001]],
  ['an order has not heard of it', [payment(), order({ paid: null })], ['order', 1000, 0]],
  ['an order believes to be paid, and nobody asked', [order()], ['order', 0, 1000]],
  [
    'an order that waits for its payment',
    [payment({ captured: 0, status: 'CREATED' }), order({ paid: null })],
  ],
  [
    'an order of a moment ago, of days ago, or of which the payment is of a moment ago, is not compared',
    [
      ...[payment(), order({ paid: 1, changed_at: notYet })],
      ...[
        payment({ payment_id: 'p2' }),
        order({ order_id: 'o2', payment_id: 'p2', paid: 1, changed_at: longAgo }),
      ],
      ...[
        payment({ payment_id: 'p3', changed_at: notYet }),
        order({ order_id: 'o3', payment_id: 'p3', paid: 1 }),
      ],
    ],
  ],
  [
    'what an order gave back is back, of the customer’s and of the company’s',
    [
      payment({ captured: 600, subsidy_paid: 400, refunded: 200, subsidy_back: 100 }),
      posting('allowances-used', 300),
      order({ refund_asked: 300 }),
    ],
  ],
  [
    'an order gave back more than was given back',
    [payment({ refunded: 299 }), order({ refund_asked: 300 })],
    ['order-refunds', 300, 299],
  ],
  [
    'an order gave back what nobody asked for',
    [order({ paid: null, refund_asked: 300 })],
    ['order-refunds', 300, 0],
  ],
  ['more was given back than an order knows yet', [payment({ refunded: 301 }), order({ refund_asked: 300 })]],
  [
    'what an order of a moment ago, of days ago, or of such a payment gave back is not compared',
    [
      ...[payment(), order({ refund_asked: 1, changed_at: notYet })],
      ...[
        payment({ payment_id: 'p2' }),
        order({ order_id: 'o2', payment_id: 'p2', refund_asked: 1, changed_at: longAgo }),
      ],
      ...[
        payment({ payment_id: 'p3', changed_at: notYet }),
        order({ order_id: 'o3', payment_id: 'p3', refund_asked: 1 }),
      ],
    ],
  ],
  [
    'nothing is kept of a cancelled order, whatever it believes',
    [payment({ refunded: 1000 }), order({ cancelled: true, refund_asked: 2000, paid: null })],
  ],
  [
    'of a cancelled order something is kept',
    [payment({ refunded: 900 }), order({ cancelled: true })],
    ['cancelled-order', 0, 100],
  ],
  [
    'of a cancelled order the company’s share is kept',
    [
      payment({ captured: 600, refunded: 600, subsidy_paid: 400, subsidy_back: 100 }),
      posting('allowances-used', 300),
      order({ cancelled: true }),
    ],
    ['cancelled-order', 0, 300],
  ],
  [
    'of a cancelled order its customer’s bank has taken back what was kept',
    [payment({ refunded: 400, disputed: 600 }), order({ cancelled: true })],
  ],
  [
    'one that was cancelled a moment ago, days ago, or whose payment changed a moment ago, is not compared',
    [
      ...[payment(), order({ cancelled: true, changed_at: notYet })],
      ...[
        payment({ payment_id: 'p2' }),
        order({ order_id: 'o2', payment_id: 'p2', cancelled: true, changed_at: longAgo }),
      ],
      ...[
        payment({ payment_id: 'p3', changed_at: notYet }),
        order({ order_id: 'o3', payment_id: 'p3', cancelled: true }),
      ],
    ],
  ],

  ['a meal is paid', [payment({ session_id: 's' }), meal()]],
  [
    'two are paid together',
    [payment({ session_id: 's' }), meal({ price: 400 }), meal({ meal_id: 'm2', price: 600 })],
  ],
  [
    'a meal is paid in part and owed for the rest',
    [payment({ captured: 700 }), meal(), owed({ amount: 300 })],
  ],
  ['a meal is owed, and was never asked for', [meal(), owed()]],
  ['a meal is not charged', [meal()], ['meals', 1000, 0]],
  ['a meal is charged too much', [payment({ captured: 1001 }), meal()], ['meals', 1000, 1001]],
  ['a meal is paid and owed', [payment(), meal(), owed({ amount: 1 })], ['meals', 1000, 1001]],
  [
    'a meal whose hold was let go is neither paid nor owed',
    [payment({ captured: 0, status: 'CANCELLED' }), meal()],
    ['meals', 1000, 0],
  ],
  ['a meal waits for its payment', [payment({ captured: 0, status: 'AUTHORISED' }), meal()]],
  [
    'a meal of a moment ago, of days ago, or with such a payment is not compared',
    [
      meal({ sold_at: notYet }),
      meal({ meal_id: 'm2', payment_id: 'p2', day: '2026-11-17', sold_at: longAgo }),
      ...[
        payment({ payment_id: 'p3', captured: 1, changed_at: notYet }),
        meal({ meal_id: 'm3', payment_id: 'p3' }),
      ],
    ],
  ],
  ['a session is charged, and sold nothing', [payment({ session_id: 's' })], ['meals', 0, 1000]],
  [
    'a session is charged, and another sold something',
    [
      payment({ session_id: 's' }),
      payment({ payment_id: 'p2', session_id: 's2' }),
      meal({ payment_id: 'p2' }),
    ],
    ['meals', 0, 1000],
  ],
  ['a session that sold nothing costs nothing', [payment({ session_id: 's', captured: 0 })]],
  ['what is no session may sell no meal', [payment()]],
  [
    'a session of a moment ago, or of days ago, is not compared',
    [
      payment({ session_id: 's', changed_at: notYet }),
      payment({ payment_id: 'p2', session_id: 's2', changed_at: longAgo }),
    ],
  ],

  ['a meal is given back', [payment({ refunded: 1000 }), meal({ refunded: true })]],
  ['a meal is given back by word only', [payment(), meal({ refunded: true })], ['meal-refunds', 1000, 0]],
  [
    'one of two is given back',
    [payment({ refunded: 400 }), meal({ price: 400, refunded: true }), meal({ meal_id: 'm2', price: 600 })],
  ],
  [
    'a meal is given back from what was owed, from what was taken, and from what was paid later',
    [
      payment({ captured: 500, refunded: 500 }),
      payment({ payment_id: 'later', settles: 'p', captured: 200, refunded: 200 }),
      owed({ amount: 500, remaining: 0, forgiven: 300, status: 'GIVEN_BACK' }),
      meal({ refunded: true }),
    ],
  ],
  [
    'what was paid later for another debt, or for none, counts for nothing',
    [
      payment(),
      payment({ payment_id: 'later', settles: 'q', captured: 1000, refunded: 1000 }),
      payment({ payment_id: 'never', captured: 1000, refunded: 1000 }),
      meal({ refunded: true }),
    ],
    ['meal-refunds', 1000, 0],
  ],
  [
    'a meal is given back by the customer’s own bank, at once or where it was paid later',
    [
      payment({ captured: 500, disputed: 500 }),
      payment({ payment_id: 'later', settles: 'p', captured: 500, disputed: 500 }),
      owed({ amount: 500, remaining: 0, status: 'PAID' }),
      meal({ refunded: true }),
    ],
  ],
  [
    'a bank has taken back less than the meal cost',
    [payment({ disputed: 400 }), meal({ refunded: true })],
    ['meal-refunds', 1000, 400],
  ],
  ['more may go back than a meal cost', [payment({ refunded: 1000 }), meal({ price: 1000 })]],
  [
    'what nobody paid and nobody will is given back by word',
    [meal({ refunded: true }), owed({ remaining: 0, status: 'WRITTEN_OFF' })],
  ],
  [
    'what was owed for a hold that was let go is to be forgiven',
    [payment({ captured: 0, status: 'CANCELLED' }), meal({ refunded: true }), owed()],
    ['meal-refunds', 1000, 0],
  ],
  [
    'a meal that was sold after all else is not compared, charged or given back',
    [
      ...[payment({ captured: 1 }), meal({ sold_at: notYet })],
      ...[
        payment({ payment_id: 'p2' }),
        meal({ meal_id: 'm2', payment_id: 'p2', refunded: true, sold_at: notYet }),
      ],
    ],
  ],
  ['what is owed is to be forgiven', [meal({ refunded: true }), owed()], ['meal-refunds', 1000, 0]],
  [
    'a meal that is given back while its payment waits, or of a moment ago, is not compared',
    [
      ...[payment({ captured: 0, status: 'AUTHORISED' }), meal({ refunded: true })],
      ...[
        payment({ payment_id: 'p2', changed_at: notYet }),
        meal({ meal_id: 'm2', payment_id: 'p2', refunded: true }),
      ],
      ...[
        meal({ meal_id: 'm3', payment_id: 'p3', refunded: true, sold_at: notYet }),
        owed({ payment_id: 'p3' }),
      ],
    ],
  ],

  [
    'the company owes what was used of its allowance',
    [payment({ subsidy_paid: 500 }), posting('allowances-used', 500)],
  ],
  [
    'what was used and is there again is not owed',
    [
      payment({ captured: 0, status: 'CANCELLED' }),
      posting('allowances-used', 500),
      posting('allowances-used', -500),
    ],
  ],
  [
    'an allowance is used for what was called off',
    [payment({ captured: 0, status: 'CANCELLED' }), posting('allowances-used', 500)],
    ['subsidies', 0, 500],
  ],
  [
    'the company pays what nobody used',
    [payment({ subsidy_paid: 500 }), posting('allowances', -500), posting('allowances-used', 500, 'other')],
    ['subsidies', 500, 0],
  ],
  [
    'what went back to the company is not there again',
    [payment({ subsidy_paid: 500, subsidy_back: 200 }), posting('allowances-used', 500)],
    ['subsidies', 300, 500],
  ],
  [
    'an allowance is used while its payment waits',
    [payment({ captured: 0, status: 'CREATED' }), posting('allowances-used', 500)],
  ],
  [
    'an allowance of a moment ago, or of days ago, is not compared',
    [
      payment({ subsidy_paid: 1, changed_at: notYet }),
      payment({ payment_id: 'p2', subsidy_paid: 1, changed_at: longAgo }),
    ],
  ],

  ['a ledger that sums to zero', [balance('providers', 500), balance('sales', -500)]],
  ['a ledger that does not', [balance('providers', 501), balance('sales', -500)], ['ledger', 0, 1]],
  [
    'one metro is no excuse for another, nor one currency',
    [
      balance('providers', 500),
      balance('sales', -500, { metro: 'nyc' }),
      balance('company', 70, { metro: 'la' }),
      balance('sales', -70, { metro: 'la', currency: 'EUR' }),
    ],
    ['ledger', 0, -500],
    ['ledger', 0, -70],
    ['ledger', 0, 70],
    ['ledger', 0, 500],
  ],
];
