import type { Books } from '../provider/books.ts';
import { Changes } from '../provider/changes.ts';
import { anyOf } from '../provider/letters.ts';
import { givenMethod } from './cards.ts';
import { missing } from './failure.ts';
import type { Kind, PaymentMethod, StripeEvent, Thing, ThingOf } from './objects.ts';

export const apiVersion = '2026-01-28.clover';

/** What one request does to the books, until it is written. */
export class Draft extends Changes<Thing> {
  readonly #key: string | null;
  /** Seconds. */
  readonly now: number;

  constructor(books: Books<Thing>, key: string | null, now: number) {
    super(books);
    this.#key = key;
    this.now = Math.floor(now / 1000);
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
    this.put(event);
  }
}

const letters = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

export function newId(prefix: string): string {
  return `${prefix}_${anyOf(letters, 24)}`;
}

/** As a caller may see it. */
export function shown(thing: Thing): object {
  if (thing.object !== 'payment_method') return thing;
  const { acts: _, ...rest } = thing;
  return rest;
}
