import { decider } from '@dabba/testing/decider';
import { describe, it } from 'vitest';
import { decideSession, openAtMost } from './decide.ts';
import { closed, expiresAt, noon, opened, sessionId, started } from './session.samples.ts';
import { type SessionEvent, sessionStream } from './session.ts';

const session = decider(sessionStream, decideSession);
const open = (change: object = {}) =>
  ({ do: 'open', sessionId, fridgeId: 'f1', nonce: 'n1', at: noon + 800, ...change }) as const;
const timeOut = (now: number) => ({ do: 'time-out', sessionId, now }) as const;
const failed = (reason: 'NOT_OPENED' | 'NOT_CLOSED', failedAt: number): SessionEvent => ({
  type: 'DoorSessionFailed',
  data: { sessionId, fridgeId: 'f1', customerId: 'c1', reason, failedAt },
});

describe('a door session', () => {
  it('opens once the fridge says so, and the same word again is no news', () => {
    session.given([started()]).when(open()).then([opened]);
    session.given([started(), opened]).when(open()).thenNothing();
    session.given([started(), opened, closed]).when(open()).thenNothing();
    session.given([]).when(open()).thenNothing();
  });
  it('opens by no old unlock and by no other fridge', () => {
    session
      .given([started()])
      .when(open({ nonce: 'n0' }))
      .thenNothing();
    session
      .given([started()])
      .when(open({ nonce: null }))
      .thenNothing();
    session
      .given([started()])
      .when(open({ fridgeId: 'f2' }))
      .thenNothing();
  });
  it('S0-INV-06 is given up when the unlock has expired, and opens no more', () => {
    session
      .given([started()])
      .when(timeOut(expiresAt - 1))
      .thenNothing();
    session
      .given([started()])
      .when(timeOut(expiresAt))
      .then([failed('NOT_OPENED', expiresAt)]);
  });
  it('B5 opens although it was given up, where its fridge did it by its unlock before that expired', () => {
    const givenUp = session.given([started(), failed('NOT_OPENED', expiresAt)]);
    for (const at of [noon - 2_000, noon, expiresAt - 1])
      givenUp
        .when(open({ at }))
        .then([{ type: 'DoorSessionOpened', data: { sessionId, fridgeId: 'f1', openedAt: at } }]);
    session
      .given([started(), failed('NOT_OPENED', expiresAt), opened])
      .when(open())
      .thenNothing();
  });
  it('S0-INV-05 stays given up where nothing proves that it was opened in time, or by its unlock', () => {
    const givenUp = session.given([started(), failed('NOT_OPENED', expiresAt)]);
    for (const change of [
      { at: expiresAt },
      { at: expiresAt + 3_600_000 },
      // Opened before it was asked for: its clock is behind, and when it really was nobody knows.
      { at: noon - 2_001 },
      { nonce: 'n0' },
      { nonce: null },
      { fridgeId: 'f2' },
    ])
      givenUp.when(open(change)).thenNothing();
  });
  it('is given up anew when it was opened late and is not shut', () => {
    const due = noon + 800 + openAtMost;
    session
      .given([started(), failed('NOT_OPENED', expiresAt), opened])
      .when(timeOut(due))
      .then([failed('NOT_CLOSED', due)]);
  });
  it('is given up when its door was not shut within fifteen minutes', () => {
    const due = noon + 800 + openAtMost;
    session
      .given([started(), opened])
      .when(timeOut(due - 1))
      .thenNothing();
    session
      .given([started(), opened])
      .when(timeOut(due))
      .then([failed('NOT_CLOSED', due)]);
  });
  it('is not given up twice, nor after it was settled', () => {
    session
      .given([started(), failed('NOT_OPENED', expiresAt)])
      .when(timeOut(expiresAt + 1))
      .thenNothing();
    session
      .given([started(), opened, closed])
      .when(timeOut(noon * 2))
      .thenNothing();
  });
});
