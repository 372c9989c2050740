import { isRefusal } from '@dabba/event-store';
import { wasCold } from '../fridge/cold-chain.ts';
import { coldRulesOf } from '../fridge/cold-rules.ts';
import { type FridgeEvent, fridgeStream } from '../fridge/fridge.ts';
import { decideClear, decideSilence, withLock } from '../fridge/lock.ts';
import { mayOpen } from '../fridge/may-open.ts';
import { decideReading, decideService } from '../fridge/reading.ts';
import { readAt, type Sensor } from '../fridge/sensor.ts';
import { spoiledIn } from '../fridge/spoiled-in.ts';
import { decideMeal } from '../meal/decide.ts';
import { type Meal, type MealEvent, mealStream } from '../meal/meal.ts';
import { customerDoorsStream } from './customer-doors.ts';
import { decideSession } from './decide.ts';
import { type Inside, shownTo, unfit } from './inside.ts';
import { policyFrom } from './policy.ts';
import { noon, stockedMeal } from './session.samples.ts';
import { type Session, type SessionEvent, sessionStream } from './session.ts';
import { type Closing, settle } from './settle.ts';
import { startSession } from './start.ts';
import type { Happening } from './unsafe-sale.happenings.ts';

const minute = 60_000;
const rules = coldRulesOf({});
const policy = policyFrom({ SESSION_LIMIT: '1000', FRIDGE_OFFLINE_AFTER_MS: '600000' });
const fridgeId = 'f1';
export interface Sale {
  mealId: string;
  expiresAt: number;
  askedAt: number;
  shutAt: number;
  /** Milliseconds since the last temperature when the door was asked for. */
  unread: number;
  keptForAnother: boolean;
  /** Every clock was right, and every reading in time. */
  straight: boolean;
}

interface Told {
  closing: Closing;
  about: Omit<Sale, 'mealId' | 'expiresAt' | 'keptForAnother'>;
  kept: ReadonlyMap<string, string>;
  left: number;
}

/** The cloud's side of one fridge, by its own deciders; beside it what really happened, told plainly. */
export class World {
  readonly sales: Sale[] = [];
  /** Meal → when it was first known to be bad. */
  readonly ruined = new Map<string, number>();
  #now = noon;
  #fridge = fridgeStream.evolve(fridgeStream.initial(), {
    type: 'FridgeRegistered',
    data: { fridgeId, metro: 'sfo', name: 'Lobby', capacity: 40, registeredAt: noon },
  });
  #sensor: Sensor = { readAt: null, gaps: [] };
  #meals = new Map<string, NonNullable<Meal>>();
  #inside = new Set<string>();
  #recalled = new Set<string>();
  #sessions = new Map<string, Session>();
  #untold: Told[] = [];
  #seen = noon;
  #warmFrom: number | undefined;
  #readTrue: number | undefined;
  #straight = true;

  constructor() {
    this.#read(3, 0);
    this.#restock(4, 90);
  }

  play(next: Happening): void {
    for (const told of this.#untold.splice(0)) {
      told.left -= 1;
      if (told.left > 0) this.#untold.push(told);
      else this.#settle(told);
    }
    switch (next.do) {
      case 'wait':
        this.#now += next.for * minute;
        break;
      case 'mute':
        this.#now += next.after * minute;
        this.#seen = this.#now;
        this.#lock(decideSilence(this.#fridge, fridgeId, this.#sensor, this.#seen, rules));
        break;
      case 'read':
        this.#now += next.after * minute;
        for (let n = 0; n <= Number(next.twice); n++) this.#read(next.celsius, next.drift * minute);
        break;
      case 'buy':
        this.#buy(next);
        break;
      case 'restock':
        this.#restock(next.meals, next.life);
        break;
      case 'spoil':
        this.#act(next.meal, (id) => {
          this.#ruin(id);
          return { do: 'spoil', mealId: id, note: 'torn', now: this.#now };
        });
        break;
      case 'reserve': {
        const { customer: customerId } = next;
        const until = this.#now + 20 * minute;
        this.#act(next.meal, (id) => ({ do: 'reserve', mealId: id, customerId, until, now: this.#now }));
        break;
      }
      case 'recall':
        this.#recalled.add(`l${next.lot}`);
        for (const id of this.#inside)
          if (this.#recalled.has(this.#meals.get(id)?.lotId ?? '')) this.#ruin(id);
        break;
      case 'clean':
        this.#clean(next.clear);
        break;
      default:
        next satisfies never;
    }
  }

  #read(celsius: number, drift: number): void {
    const at = this.#now + drift;
    this.#straight &&= drift === 0;
    this.#sensor = readAt(this.#sensor, at);
    this.#seen = Math.max(this.#seen, at);
    this.#lock(withLock(decideReading(this.#fridge.cold, { fridgeId, celsius, at }, rules)));
    this.#readTrue = this.#now;
    this.#warmFrom = celsius > rules.limit ? (this.#warmFrom ?? this.#now) : undefined;
    if (this.#straight && this.#warmFrom !== undefined && this.#now - this.#warmFrom >= rules.warm)
      for (const id of this.#inside) this.#ruin(id);
  }

  #lock(events: readonly FridgeEvent[]): void {
    this.#fridge = events.reduce(fridgeStream.evolve, this.#fridge);
    for (const { type, data } of events)
      if (type === 'FridgeLocked' && data.reason === 'EXCURSION')
        for (const [id, meal] of this.#meals)
          this.#evolve(id, spoiledIn({ fridgeId, lockedAt: data.lockedAt, clearedAt: null }, id, meal));
  }

  #buy(wish: Extract<Happening, { do: 'buy' }>): void {
    const now = this.#now;
    const sessionId = `s${this.#sessions.size}`;
    const inside = [...this.#inside].map(
      (mealId): Inside => ({ mealId, meal: this.#meals.get(mealId) ?? null, lot: this.#lotOf(mealId) }),
    );
    const expiresAt = now + 2_500;
    const { customer: customerId } = wish;
    const prices = shownTo(inside, { fridgeId, customerId, now }, { currency: 'USD' });
    const decided = startSession(
      {
        fridge: this.#fridge,
        others: [...this.#sessions.values()],
        prices,
        unfit: mayOpen(this.#fridge, this.#sensor, rules, now) ?? unfit(inside, expiresAt),
        lastSign: this.#seen,
        doors: customerDoorsStream.initial(),
        unpaid: 0,
        maintenance: undefined,
      },
      {
        sessionId,
        fridgeId,
        door: sessionId,
        customerId,
        metro: 'sfo',
        commandId: 'o',
        nonce: 'n',
        now,
        expiresAt,
      },
      policy,
    );
    if (isRefusal(decided)) return;
    const kept = new Map(
      [...this.#meals].flatMap(([id, { status, customerId: by, reservedUntil }]): [string, string][] =>
        status === 'RESERVED' && by !== null && now < (reservedUntil ?? 0) ? [[id, by]] : [],
      ),
    );
    const unread = now - (this.#readTrue ?? 0);
    const drift = wish.drift * minute;
    this.#session(sessionId, [decided.session]);
    const opening = { do: 'open', sessionId, fridgeId, nonce: 'n', at: now + drift } as const;
    const timeOut = { do: 'time-out', sessionId, now: expiresAt } as const;
    for (const command of wish.givenUp ? [timeOut, opening] : [opening])
      this.#session(sessionId, decideSession(this.#sessions.get(sessionId) ?? null, command));
    this.#now += wish.open * minute;
    const taken = [...this.#inside].slice(0, wish.takes);
    for (const id of taken) this.#inside.delete(id);
    const seen = { sessionId, fridgeId, door: sessionId, nonce: 'n', openedAt: opening.at };
    const closing = { ...seen, taken, added: [], at: this.#now + drift };
    const straight = this.#straight && drift === 0;
    const told: Told = {
      closing: { ...closing, temperatureSafe: true },
      about: { askedAt: now, shutAt: this.#now, unread, straight },
      kept,
      left: wish.late,
    };
    if (wish.late > 0) this.#untold.push(told);
    else for (let n = 0; n <= Number(wish.twice); n++) this.#settle(told);
  }

  #settle({ closing, about, kept }: Told): void {
    const { sessionId, at } = closing;
    const session = this.#sessions.get(sessionId ?? '') ?? null;
    const temperatureSafe = wasCold(this.#fridge.cold, rules, at);
    const outcome = settle(session, this.#meals, { ...closing, temperatureSafe });
    if (sessionId !== null) this.#session(sessionId, outcome.session);
    for (const [mealId, events] of outcome.meals) {
      this.#evolve(mealId, events);
      for (const { type, data } of events) {
        if (type !== 'MealSold') continue;
        const expiresAt = this.#meals.get(mealId)?.expiresAt ?? 0;
        const keptForAnother = (kept.get(mealId) ?? data.customerId) !== data.customerId;
        this.sales.push({ mealId, expiresAt, keptForAnother, ...about });
      }
    }
  }

  #restock(count: number, life: number): void {
    const at = this.#now;
    if (count > 0) this.#lock(decideService(this.#fridge.cold, fridgeId, at, rules));
    for (let n = 0; n < count; n++) {
      const size = this.#meals.size;
      const [id, lotId] = [`m${size}`, `l${size % 5}`];
      this.#meals.set(
        id,
        stockedMeal({ lotId, since: at, producedAt: at, expiresAt: at + (life + n) * minute }),
      );
      this.#inside.add(id);
      if (this.#recalled.has(lotId)) this.#ruin(id);
    }
  }

  /** Staff take everything out that may not be eaten, or everything, and clear the fridge. */
  #clean(clear: boolean): void {
    const now = this.#now;
    for (const id of this.#inside) {
      const meal = this.#meals.get(id);
      const good = meal?.status === 'STOCKED' && now < meal.expiresAt && !this.#recalled.has(meal.lotId);
      if (clear || !good) this.#inside.delete(id);
    }
    if (!clear) return;
    const clearing = {
      fridgeId,
      sessionId: null,
      inside: [...this.#inside],
      sensor: this.#sensor,
      lastSeen: this.#seen,
      now,
    };
    const cleared = decideClear(this.#fridge, clearing, rules);
    if (!isRefusal(cleared)) this.#lock(cleared);
  }

  #act(index: number, command: (id: string) => Parameters<typeof decideMeal>[1]): void {
    const id = [...this.#inside][index];
    if (id === undefined) return;
    const decided = decideMeal(this.#meals.get(id) ?? null, command(id));
    if (!isRefusal(decided)) this.#evolve(id, decided);
  }

  #ruin(id: string): void {
    if (!this.ruined.has(id)) this.ruined.set(id, this.#now);
  }

  #lotOf(mealId: string): Inside['lot'] {
    const { lotId = '', producedAt = 0, expiresAt = 0 } = this.#meals.get(mealId) ?? {};
    const made = { sku: 'dal', kitchenId: 'k1', quantity: 1, producedAt, expiresAt };
    const recalledAt = this.#recalled.has(lotId) ? noon : null;
    return { ...made, allergens: [], mayContain: [], recalledAt, recallReason: null };
  }

  #evolve(id: string, events: readonly MealEvent[]): void {
    const after = events.reduce<Meal>(mealStream.evolve, this.#meals.get(id) ?? null);
    if (after !== null) this.#meals.set(id, after);
  }

  #session(id: string, events: readonly SessionEvent[]): void {
    this.#sessions.set(id, events.reduce<Session>(sessionStream.evolve, this.#sessions.get(id) ?? null));
  }
}
