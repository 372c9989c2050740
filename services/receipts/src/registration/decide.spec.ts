import { newId } from '@dabba/contracts';
import { decider } from '@dabba/testing/decider';
import { describe, expect, test } from 'vitest';
import { type ReceiptEvent, receiptStream } from '../receipt/receipt.ts';
import { type Answer, decideAnswer, decideReopen } from './decide.ts';

const receiptId = newId();
const at = 1_000;

const received: ReceiptEvent = {
  type: 'ReceiptReceived',
  data: { receiptId, clientId: 'c', type: 't', format: 'JSON', hash: 'h', size: 2, receivedAt: 1 },
};
const canonical = { number: null, issuedAt: null, seller: null, total: null, currency: null };
const validated = (...authorities: string[]): ReceiptEvent => ({
  type: 'ReceiptValidated',
  data: { receiptId, type: 't', version: 1, authorities, ...canonical, checks: [], validatedAt: 2 },
});
const registered = (authority: string, externalRef = 'R-1'): ReceiptEvent => ({
  type: 'ReceiptRegistered',
  data: { receiptId, authority, externalRef, attempts: 1, registeredAt: at },
});
const failed = (authority: string, reason = 'no'): ReceiptEvent => ({
  type: 'ReceiptFailed',
  data: { receiptId, authority, reason, attempts: 1, failedAt: at },
});
const accepted: ReceiptEvent = { type: 'ReceiptAccepted', data: { receiptId, acceptedAt: at } };
const reopened: ReceiptEvent = {
  type: 'ReceiptReopened',
  data: { receiptId, by: 'op', reason: 'fixed', reopenedAt: at },
};

const yes = (authority: string, externalRef = 'R-1'): Answer => ({
  receiptId,
  authority,
  attempts: 1,
  at,
  outcome: 'REGISTERED',
  externalRef,
});
const no = (authority: string): Answer => ({
  receiptId,
  authority,
  attempts: 1,
  at,
  outcome: 'REFUSED',
  reason: 'no',
});

describe('an answer', () => {
  const receipt = decider(receiptStream, decideAnswer);
  const asked = [received, validated('tax', 'log')];

  test('S3-RCP-04 the first authority is not enough', () => {
    receipt
      .given(asked)
      .when(yes('tax'))
      .then([registered('tax')]);
  });

  test('S3-RCP-04 with the last one it is accepted', () => {
    receipt
      .given([...asked, registered('tax')])
      .when(yes('log'))
      .then([registered('log'), accepted]);
    receipt
      .given([received, validated('tax')])
      .when(yes('tax'))
      .then([registered('tax'), accepted]);
  });

  test('S3-STM-01 it knows since when it is accepted, and why it was rejected', () => {
    const done = receipt.given([received, validated('tax'), registered('tax'), accepted]);
    expect(done.state).toMatchObject({ status: 'ACCEPTED', acceptedAt: at });
    const failures = [{ rule: 'total', pointer: '/total', detail: 'It is 2, not 1' }];
    const about = { receiptId, type: 't', version: 3, checks: ['total'], failures, rejectedAt: at };
    const rejected = receipt.given([received, { type: 'ReceiptRejected', data: about }]);
    expect(rejected.state).toMatchObject({ status: 'REJECTED', version: 3, failures });
  });

  test('S3-STM-01 a refusal fails it', () => {
    const { state } = receipt.given([...asked, failed('tax')]);
    receipt
      .given(asked)
      .when(no('tax'))
      .then([failed('tax')]);
    expect(state?.status).toBe('FAILED');
  });

  test('what another authority has is recorded though it failed; that accepts nothing', () => {
    receipt
      .given([...asked, failed('tax')])
      .when(yes('log'))
      .then([registered('log')]);
    receipt
      .given([...asked, failed('tax')])
      .when(no('log'))
      .then([failed('log')]);
  });

  test('T1 what is known already changes nothing, whatever a late twin says', () => {
    for (const late of [yes('tax'), yes('tax', 'R-2'), no('tax')]) {
      receipt
        .given([...asked, registered('tax')])
        .when(late)
        .thenNothing();
      receipt
        .given([...asked, failed('tax')])
        .when(late)
        .thenNothing();
      receipt
        .given([...asked, registered('tax'), registered('log'), accepted])
        .when(late)
        .thenNothing();
    }
  });

  test('reopened, it is accepted once the one that refused it agrees', () => {
    receipt
      .given([...asked, failed('tax'), registered('log'), reopened])
      .when(yes('tax'))
      .then([registered('tax'), accepted]);
    receipt
      .given([...asked, failed('tax'), reopened])
      .when(yes('tax'))
      .then([registered('tax')]);
  });

  test('nobody answers who was not asked', () => {
    expect(() => receipt.given(asked).when(yes('post'))).toThrow('never');
    expect(() => receipt.given([]).when(yes('tax'))).toThrow('never');
    expect(() => receipt.given([received]).when(yes('tax'))).toThrow('never');
  });
});

describe('reopening', () => {
  const receipt = decider(receiptStream, decideReopen);
  const wish = { receiptId, by: 'op', reason: 'fixed', at };

  test('is for what failed', () => {
    receipt
      .given([received, validated('tax'), failed('tax')])
      .when(wish)
      .then([reopened]);
    const { state } = receipt.given([received, validated('tax'), failed('tax'), reopened]);
    expect(state).toMatchObject({ status: 'REGISTERING', registrations: { tax: { status: 'PENDING' } } });
  });

  test('and for nothing else', () => {
    receipt.given([]).when(wish).thenRefused('receipt-unknown');
    receipt.given([received]).when(wish).thenRefused('receipt-not-failed');
    receipt
      .given([received, validated('tax')])
      .when(wish)
      .thenRefused('receipt-not-failed');
    receipt
      .given([received, validated('tax'), registered('tax'), accepted])
      .when(wish)
      .thenRefused('receipt-not-failed');
  });
});
