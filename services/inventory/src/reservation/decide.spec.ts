import { decider } from '@dabba/testing/decider';
import { describe, it } from 'vitest';
import { decideReservation, type ReservationCommand } from './decide.ts';
import { type ReservationEvent, reservationStream } from './reservation.ts';

const reservation = decider(reservationStream, decideReservation);
const now = Date.UTC(2026, 10, 20, 12);
const known = { orderId: 'ord_1', outletId: 'sto_1' };
const parts = [{ stockItemId: 'naan', quantity: 2 }];
const made: ReservationEvent = {
  type: 'ReservationMade',
  data: { ...known, parts, expiresAt: now, madeAt: now - 9 },
};
const refused: ReservationEvent = {
  type: 'ReservationRefused',
  data: { ...known, parts, short: [{ stockItemId: 'naan', asked: 2, available: 1 }], refusedAt: now - 9 },
};
const committed: ReservationEvent = {
  type: 'ReservationCommitted',
  data: { ...known, parts, committedAt: now },
};
const begun: ReservationEvent = { type: 'ReservationBegun', data: { ...known, parts, begunAt: now - 1 } };
const released = (reason: 'CANCELLED' | 'EXPIRED', of = parts): ReservationEvent => ({
  type: 'ReservationReleased',
  data: { ...known, reason, parts: of, releasedAt: now },
});
const broken = (missing: number): ReservationEvent => ({
  type: 'ReservationBroken',
  data: { ...known, stockItemId: 'naan', missing, brokenAt: now },
});
const lose: ReservationCommand = { do: 'lose', stockItemId: 'naan', missing: 2, now };
const tell = (what: 'pay' | 'cancel' | 'expire'): ReservationCommand => ({ do: what, now });
const begin: ReservationCommand = { do: 'begin', at: now - 1, now };

const past: Record<string, ReservationEvent[]> = {
  nothing: [],
  HELD: [made],
  COMMITTED: [made, committed],
  BEGUN: [made, committed, begun],
  RELEASED: [made, released('CANCELLED')],
  EXPIRED: [made, released('EXPIRED')],
  REFUSED: [refused],
  BROKEN: [made, broken(2)],
};
/** Every state against everything that may be told; what is not here changes nothing. */
const happens: Record<string, Partial<Record<ReservationCommand['do'], ReservationEvent[]>>> = {
  HELD: {
    pay: [committed],
    begin: [committed, begun],
    cancel: [released('CANCELLED')],
    expire: [released('EXPIRED')],
    lose: [broken(2)],
  },
  COMMITTED: { begin: [begun], cancel: [released('CANCELLED')], lose: [broken(2)] },
  RELEASED: { begin: [begun] },
  EXPIRED: { begin: [begun], cancel: [released('CANCELLED')] },
  REFUSED: { pay: [broken(1)], begin: [begun] },
  BROKEN: { begin: [begun], cancel: [released('CANCELLED')] },
};

describe('a reservation', () => {
  for (const [state, history] of Object.entries(past))
    for (const command of [tell('pay'), begin, tell('cancel'), tell('expire'), lose])
      it(`${state} told to ${command.do}: ${happens[state]?.[command.do] ? 'changes' : 'stays'}`, () => {
        reservation
          .given(history)
          .when(command)
          .then(happens[state]?.[command.do] ?? []);
      });

  it('S1-EVT-06 is used by a kitchen that began before it heard of the end, and nothing comes after that', () => {
    for (const state of ['RELEASED', 'BROKEN', 'EXPIRED'])
      for (const command of [tell('pay'), begin, tell('cancel'), tell('expire'), lose])
        reservation
          .given([...(past[state] ?? []), begun])
          .when(command)
          .thenNothing();
  });

  it('is remembered as begun where the kitchen is the first to tell of it', () => {
    const unheard: ReservationEvent = {
      type: 'ReservationBegun',
      data: { ...known, parts: [], begunAt: now - 1 },
    };
    reservation
      .given([])
      .when({ ...begin, of: known })
      .then([unheard]);
    reservation
      .given([unheard])
      .when({ ...begin, of: known })
      .thenNothing();
    for (const command of [tell('pay'), begin, tell('cancel'), tell('expire'), lose])
      reservation.given([unheard]).when(command).thenNothing();
  });

  it('does not expire before its time', () => {
    reservation
      .given([made])
      .when({ do: 'expire', now: now - 1 })
      .thenNothing();
  });
});
