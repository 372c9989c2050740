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
    session
      .given([started(), failed('NOT_OPENED', expiresAt)])
      .when(open())
      .thenNothing();
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
