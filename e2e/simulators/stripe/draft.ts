import { randomBytes } from 'node:crypto';
import { type Books, isA } from '../provider/books.ts';
import { givenMethod } from './cards.ts';
import { missing } from './failure.ts';
import type { Kind, PaymentMethod, StripeEvent, Thing, ThingOf } from './objects.ts';

export const apiVersion = '2026-01-28.clover';

/** What one request does to the books, until it is written. */
export class Draft {
  readonly #books: Books<Thing>;
  readonly #changed = new Map<string, Thing>();
  readonly #key: string | null;
  /** Seconds. */
  readonly now: number;

  constructor(books: Books<Thing>, key: string | null, now: number) {
    this.#books = books;
    this.#key = key;
    this.now = Math.floor(now / 1000);
  }

  find<K extends Kind>(kind: K, id: string): ThingOf<K> | undefined {
    const thing = this.#changed.get(id) ?? this.#books.get(id);
    return thing && isA(thing, kind) ? structuredClone(thing) : undefined;
  }

  get<K extends Kind>(kind: K, id: string, param?: string): ThingOf<K> {
    const found = this.find(kind, id);
    if (!found) throw missing(kind, id, param);
    return found;
  }

  method(id: string): PaymentMethod {
    const found = this.find('payment_method', id) ?? givenMethod(id);
    if (!found) throw missing('PaymentMethod', id, 'payment_method');
    return found;
  }

  /** Of the books and of this draft, newest first. */
  all<K extends Kind>(kind: K): ThingOf<K>[] {
    const ids = new Set(this.#books.all(kind).map(({ id }) => id));
    for (const thing of this.#changed.values()) if (thing.object === kind) ids.add(thing.id);
    return [...ids].flatMap((id) => this.find(kind, id) ?? []).reverse();
  }

  put<T extends Thing>(thing: T): T {
    this.#changed.set(thing.id, structuredClone(thing));
    return thing;
  }

  /** Tells everybody who listens how the object looks now. */
  tell(type: string, thing: Thing): void {
    const event: StripeEvent = {
      id: newId('evt'),
      object: 'event',
      type,
      api_version: apiVersion,
      created: this.now,
      livemode: false,
      pending_webhooks: 1,
      request: { id: newId('req'), idempotency_key: this.#key },
      data: { object: shown(structuredClone(thing)) },
    };
    this.#changed.set(event.id, event);
  }

  changed(): Thing[] {
    return [...this.#changed.values()];
  }
}

export function newId(prefix: string): string {
  return `${prefix}_${randomBytes(12).toString('hex')}`;
}

/** As a caller may see it. */
export function shown(thing: Thing): object {
  if (thing.object !== 'payment_method') return thing;
  const { acts: _, ...rest } = thing;
  return rest;
}
