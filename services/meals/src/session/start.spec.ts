import { isRefusal, refuse, refuseForNow } from '@dabba/event-store';
import { describe, expect, it } from 'vitest';
import { fridgeStream } from '../fridge/fridge.ts';
import { customerDoorsStream } from './customer-doors.ts';
import { policyFrom } from './policy.ts';
import { closed, noon, opened, started } from './session.samples.ts';
import { type Session, sessionStream } from './session.ts';
import { type Known, startSession, type Wish } from './start.ts';

const policy = policyFrom({});
const fridge: Known['fridge'] = { ...fridgeStream.initial(), name: 'Lobby', capacity: 40, metro: 'sfo' };
const known = (change: Partial<Known> = {}): Known => ({
  fridge,
  others: [],
  prices: [{ mealId: 'm1', sku: 'dal', price: 850, currency: 'USD' }],
  unfit: undefined,
  lastSign: noon,
  doors: customerDoorsStream.initial(),
  unpaid: 0,
  maintenance: undefined,
  ...change,
});
const wish = (change: Partial<Wish> = {}): Wish => ({
  sessionId: 's2',
  fridgeId: 'f1',
  door: '1',
  customerId: 'c1',
  metro: 'sfo',
  commandId: 'o2',
  nonce: 'n2',
  now: noon,
  expiresAt: noon + 10_000,
  ...change,
});
const codeOf = (state: Known, asked = wish()) => {
  const decided = startSession(state, asked, policy);
  return isRefusal(decided) ? `${decided.status} ${decided.code}` : 'started';
};
const session = (...events: Parameters<typeof sessionStream.evolve>[1][]): Session =>
  events.reduce<Session>((state, event) => sessionStream.evolve(state, event), null);

describe('asking for a door', () => {
  it('starts a session and tells the fridge to open, both with nonce and expiry', () => {
    const decided = startSession(known(), wish(), policy);
    if (isRefusal(decided)) expect.fail(decided.detail);
    const both = { sessionId: 's2', door: '1', nonce: 'n2', expiresAt: noon + 10_000 };
    expect(decided.session).toMatchObject({
      type: 'DoorSessionStarted',
      data: { ...both, kind: 'CUSTOMER', prices: [{ mealId: 'm1', price: 850 }] },
    });
    expect(decided.fridge).toMatchObject({ type: 'FridgeCommandIssued', data: { ...both, kind: 'OPEN' } });
  });
  it('needs a fridge that is known, here, and heard lately', () => {
    expect(codeOf(known({ fridge: { ...fridge, name: null } }))).toBe('404 fridge-unknown');
    expect(codeOf(known(), wish({ metro: 'nyc' }))).toBe('403 other-metro');
    expect(codeOf(known({ lastSign: undefined }))).toBe('503 fridge-offline');
    expect(codeOf(known({ lastSign: noon - 90_001 }))).toBe('503 fridge-offline');
    expect(codeOf(known({ lastSign: noon - 90_000 }))).toBe('started');
  });
  it('gets a door whose last session is over', () => {
    expect(codeOf(known({ others: [session(started(), opened, closed)] }))).toBe('started');
  });
  it('counts for its customer as long as the window is', () => {
    const decided = startSession(known(), wish(), policy);
    if (isRefusal(decided)) expect.fail(decided.detail);
    expect(decided.customer).toMatchObject([
      { type: 'DoorSessionCounted', data: { customerId: 'c1', countedUntil: noon + policy.window } },
    ]);
  });
  it('has one session a door at a time', () => {
    for (const other of [session(started()), session(started(), opened)]) {
      expect(codeOf(known({ others: [other] }))).toBe('409 door-in-use');
      expect(codeOf(known({ others: [other] }), wish({ door: '2' }))).toBe('started');
      expect(codeOf(known({ others: [other] }), wish({ customerId: null }))).toBe('409 door-in-use');
    }
  });
  it('needs good standing: limits on how often and on what is unpaid', () => {
    const asked = (count: number, until: number) => ({
      counted: Array.from({ length: count }, (_, index) => ({ sessionId: `s${index}`, until })),
    });
    expect(codeOf(known({ doors: asked(9, noon + 1) }))).toBe('started');
    expect(codeOf(known({ doors: asked(10, noon) }))).toBe('started');
    expect(codeOf(known({ doors: asked(10, noon + 1) }))).toBe('429 too-many-sessions');
    expect(codeOf(known({ unpaid: 1 }))).toBe('403 unpaid');
  });
  it('S0-NFR-07 opens no door on an empty fridge, but to staff', () => {
    expect(codeOf(known({ prices: [] }))).toBe('409 sold-out');
    expect(codeOf(known({ prices: [] }), wish({ customerId: null }))).toBe('started');
  });
  it('S0-INV-04 keeps customers from a fridge that is unsafe, S0-NFR-02 or looked after; staff may', () => {
    const unsafe = known({ unfit: refuse(409, 'fridge-unsafe', 'No') });
    const asleep = known({ maintenance: refuseForNow('maintenance-window', 'Not now', 60) });
    expect(codeOf(unsafe)).toBe('409 fridge-unsafe');
    expect(codeOf(asleep)).toBe('503 maintenance-window');
    for (const state of [unsafe, asleep]) expect(codeOf(state, wish({ customerId: null }))).toBe('started');
  });
});
